import { startCli } from "../../bench/lib/cli-process.js";
import type { CliProcess } from "../../bench/lib/cli-process.js";
import { killWorkers, workerPids } from "../../bench/lib/own-processes.js";
import type { SetUp } from "../../bench/lib/set-up.js";
import { waitUntil } from "../../bench/lib/wait-until.js";
import { startGrpcRecorder } from "./grpc-recorder.js";

const firstOfWorker = "PollWorkflowTaskQueue";

/**
 * Kills a command and its worker, and runs another one. Returns the methods of the Temporal server
 * that are called until its worker asks for work. The other command is killed then.
 */
export async function callsBeforeWorker(
  setUp: SetUp,
  { killed, next }: { readonly killed: CliProcess; readonly next: readonly string[] },
): Promise<readonly string[]> {
  killed.kill("SIGKILL");
  await killed.exited;
  killWorkers(setUp);
  await waitUntil(() => workerPids(setUp).length === 0, { what: "no worker", timeoutMs: 30_000 });
  const recorder = await startGrpcRecorder(setUp.port);
  const command = startCli(setUp, next, { TEMPORAL_ADDRESS: recorder.address });
  try {
    await waitUntil(() => recorder.methods.includes(firstOfWorker), {
      what: "a worker",
      timeoutMs: 120_000,
    });
    return recorder.methods.slice(0, recorder.methods.indexOf(firstOfWorker));
  } finally {
    command.kill("SIGKILL");
    await command.exited;
    await recorder.close();
  }
}
