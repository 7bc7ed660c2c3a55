import { expect, test } from "vitest";
import { writeInput } from "../../../bench/lib/input-file.js";
import { callsBeforeWorker } from "../../helpers/calls-before-worker.js";
import { callsReach, crashScenario } from "../../helpers/crash-scenario.js";

test(
  "starts a worker before it asks one, because a killed one would be waited for",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 100 });
    const input = await writeInput(setUp, { name: "killed", records: 60 });
    const killed = stack.start("run", input, "-mq", "60");
    await callsReach(server, 1);
    const calls = await callsBeforeWorker(setUp, { killed, next: ["follow", "killed"] });
    expect(calls).toContain("DescribeWorkflowExecution");
    expect(calls).not.toContain("QueryWorkflow");
  },
);
