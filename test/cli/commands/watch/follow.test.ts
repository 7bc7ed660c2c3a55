import { expect, test } from "vitest";
import { dropFiles } from "../../../../bench/lib/watched-files.js";
import { callsBeforeWorker } from "../../../helpers/calls-before-worker.js";
import { callsReach, crashScenario } from "../../../helpers/crash-scenario.js";

test(
  "starts a worker before it asks one, because a killed one would be waited for",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 100 });
    await dropFiles(setUp, 20);
    const killed = stack.start("watch", "--concurrent", "2", "-mq", "60");
    await callsReach(server, 1);
    const calls = await callsBeforeWorker(setUp, { killed, next: ["watch", "follow"] });
    expect(calls).toContain("DescribeWorkflowExecution");
    expect(calls).not.toContain("QueryWorkflow");
  },
);
