import { isServerStopped, stopLocalServer } from "../local-server/server/server.js";
import { endBackgroundWorkers } from "../local-server/worker/end-workers.js";
import type { EndWorkersOptions } from "../local-server/worker/end-workers.js";
import type { Environment } from "../domain/environment.js";

export interface Stopped {
  /** `not-ours`: one listens there that this set-up didn't start, and it goes on. */
  readonly server: "stopped" | "not-running" | "not-ours";
  /** How many background workers were ended. */
  readonly workers: number;
}

/**
 * Ends the background workers, whose calls in flight end first, and the local server of this `OSTINATO_HOME`. Experiments
 * go on when both are back.
 */
export async function stopOstinato(
  env: Environment = process.env,
  options: EndWorkersOptions = {},
): Promise<Stopped> {
  const workers = await endBackgroundWorkers(env, options);
  return { server: await stopLocalServer({ env }), workers };
}

/**
 * Whether `stopOstinato` has ended the local server, and none runs in its place: whoever keeps a server alive is to let
 * it be.
 */
export async function isOstinatoStopped(env: Environment = process.env): Promise<boolean> {
  return await isServerStopped(env);
}
