import { msToTs } from "@temporalio/common/lib/time.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { releaseWork } from "../../../src/client/worker/release-work.js";
import { queuesOfFolder } from "../../../src/domain/experiment/ids.js";
import { connect } from "../../../src/index.js";
import type { Ostinato } from "../../../src/index.js";
import { startTestServer } from "../../helpers/local-server.js";
import type { TestServer } from "../../helpers/local-server.js";

const folder = "0011";
const { main, rows } = queuesOfFolder(folder);
const workflowId = "page/0";

type Completion = Parameters<
  Ostinato["client"]["workflowService"]["respondWorkflowTaskCompleted"]
>[0];

let server: TestServer;
let ostinato: Ostinato;

beforeAll(async () => {
  server = await startTestServer();
  ostinato = await connect({ env: server.env, startServer: false });
}, 300_000);

afterAll(async () => {
  await ostinato.close();
  await server.stop();
});

/** A deadline, without which the server answers no poll. */
function soon(): number {
  return Date.now() + 30_000;
}

async function attemptOf(identity: string): Promise<{ activityId: string; attempt: number }> {
  const { client, namespace } = ostinato;
  const { activityId, attempt } = await client.withDeadline(soon(), async () =>
    client.workflowService.pollActivityTaskQueue({
      namespace,
      identity,
      taskQueue: { name: rows },
    }),
  );
  return { activityId, attempt };
}

/** Starts a page of two activities, as its workflow would. */
async function startPage(): Promise<void> {
  const { client, namespace } = ostinato;
  await client.workflow.start("runPage", { workflowId, taskQueue: main });
  const service = client.workflowService;
  const { taskToken } = await client.withDeadline(soon(), async () =>
    service.pollWorkflowTaskQueue({ namespace, taskQueue: { name: main } }),
  );
  const schedule = (activityId: string) => ({
    // COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK
    commandType: 1,
    scheduleActivityTaskCommandAttributes: {
      activityId,
      activityType: { name: "runRows" },
      taskQueue: { name: rows },
      startToCloseTimeout: msToTs("1 hour"),
      heartbeatTimeout: msToTs("1 hour"),
      retryPolicy: { initialInterval: msToTs("1 hour") },
    },
  });
  // The names of the enumerations are in a package that is no dependency of ours.
  const commands: unknown = [schedule("1"), schedule("2")];
  await service.respondWorkflowTaskCompleted({
    namespace,
    taskToken,
    commands: commands as NonNullable<Completion["commands"]>,
  });
}

test("the activities of a dead worker start again at once, and those of a live one go on", async () => {
  await startPage();
  const lost = await attemptOf("7@here#dead");
  await attemptOf("8@here#live");
  const dead = { names: ["7@here#dead"], folder };
  // The list of open workflows follows a moment later.
  await expect.poll(async () => releaseWork(ostinato, dead)).toBe(1);
  expect(await attemptOf("8@here#live")).toEqual({ ...lost, attempt: 2 });
  expect(await releaseWork(ostinato, dead)).toBe(0);
  expect(await releaseWork(ostinato, { names: [], folder })).toBe(0);
});
