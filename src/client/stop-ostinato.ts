import { databasesIn } from "../local-server/server/launch-server.js";
import { isServerStopped, stopLocalServer } from "../local-server/server/server.js";
import { endBackgroundWorkers } from "../local-server/worker/end-workers.js";
import type { EndWorkersOptions } from "../local-server/worker/end-workers.js";
import type { Environment } from "../domain/environment.js";

export interface Stopped {
  /**
   * `not-ours`: another server listens on the port, which this set-up did not start. It keeps
   * running.
   */
  readonly server: "stopped" | "not-running" | "not-ours";
  /** Number of stopped background workers. */
  readonly workers: number;
  /** Paths of the server's databases, which stay: one for each version of the server. */
  readonly databases: readonly string[];
}

/**
 * Stops the background workers, after their calls in flight, and the local server of this
 * `OSTINATO_HOME`. Experiments continue when both are back.
 */
export async function stopOstinato(
  env: Environment = process.env,
  options: EndWorkersOptions = {},
): Promise<Stopped> {
  const workers = await endBackgroundWorkers(env, options);
  const server = await stopLocalServer({ env });
  return { server, workers, databases: databasesIn(env) };
}

/**
 * True if `stopOstinato` has stopped the local server and none has replaced it. Code that keeps a
 * server alive must then not restart it.
 */
export async function isOstinatoStopped(env: Environment = process.env): Promise<boolean> {
  return await isServerStopped(env);
}
