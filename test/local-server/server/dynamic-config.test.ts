import { setTimeout as sleep } from "node:timers/promises";
import { Client, Connection } from "@temporalio/client";
import { expect, test } from "vitest";
import { dynamicConfigFlags } from "../../../src/local-server/server/dynamic-config.js";
import { startTestServer } from "../../helpers/local-server.js";

const fourPartitions = { "matching.numTaskqueueWritePartitions": 4 };
const namespace = "default";

test("settings of a test come after those of the server", () => {
  expect(dynamicConfigFlags()).toContain("matching.numTaskqueueWritePartitions=1");
  const flags = dynamicConfigFlags(fourPartitions);
  expect(flags).toContain("matching.numTaskqueueWritePartitions=4");
  expect(flags).not.toContain("matching.numTaskqueueWritePartitions=1");
});

test("tasks that a server with four partitions left are done after a restart with one", async () => {
  const server = await startTestServer({ database: "file", dynamicConfig: fourPartitions });
  const connection = await Connection.connect({ address: server.address });
  const { workflow, workflowService } = new Client({ connection });
  const ids = Array.from({ length: 20 }, (_, index) => `left-${index}`);
  for (const workflowId of ids) await workflow.start("any", { workflowId, taskQueue: "left" });
  // Until the transfer queue has recorded its progress, a restarted server queues the tasks again.
  await sleep(4_000);
  await server.kill();
  await server.restart({});
  // Now new tasks are in the first partition alone.
  ids.push("new");
  await workflow.start("any", { workflowId: "new", taskQueue: "left" });
  const found = new Set<string>();
  const pollOnce = async (): Promise<void> => {
    const { workflowExecution } = await connection.withDeadline(Date.now() + 10_000, async () =>
      workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: "left" } }),
    );
    if (workflowExecution?.workflowId) found.add(workflowExecution.workflowId);
  };
  for (let polls = 0; polls < ids.length; polls += 1) await pollOnce();
  expect([...found].sort()).toEqual([...ids].sort());
  await connection.close();
  await server.stop();
}, 60_000);
