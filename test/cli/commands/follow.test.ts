import { expect, onTestFinished, test } from "vitest";
import { startCli } from "../../../bench/lib/cli-process.js";
import { writeInput } from "../../../bench/lib/input-file.js";
import { killWorkers, workerPids } from "../../../bench/lib/own-processes.js";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import { callsReach, crashScenario } from "../../helpers/crash-scenario.js";
import { startGrpcRecorder } from "../../helpers/grpc-recorder.js";

const workerAsks = "PollWorkflowTaskQueue";

test(
  "starts a worker before it asks one, because a killed one would be waited for",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 100 });
    const input = await writeInput(setUp, { name: "killed", records: 60 });
    const command = stack.start("run", input, "-mq", "60");
    await callsReach(server, 1);
    command.kill("SIGKILL");
    await command.exited;
    killWorkers(setUp);
    await waitUntil(() => workerPids(setUp).length === 0, { what: "no worker", timeoutMs: 30_000 });

    const recorder = await startGrpcRecorder(setUp.port);
    const following = startCli(setUp, ["follow", "killed"], { TEMPORAL_ADDRESS: recorder.address });
    onTestFinished(async () => {
      following.kill("SIGKILL");
      await following.exited;
      await recorder.close();
    });
    await waitUntil(() => recorder.methods.includes(workerAsks), {
      what: "a worker",
      timeoutMs: 60_000,
    });
    const before = recorder.methods.slice(0, recorder.methods.indexOf(workerAsks));
    expect(before).toContain("DescribeWorkflowExecution");
    expect(before).not.toContain("QueryWorkflow");
  },
);
