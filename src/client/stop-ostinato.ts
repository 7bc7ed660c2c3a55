import { databasesIn } from "../local-server/server/launch-server.js";
import { isServerStopped, stopLocalServer } from "../local-server/server/server.js";
import { endBackgroundWorkers } from "../local-server/worker/end-workers.js";
import type { EndWorkersOptions } from "../local-server/worker/end-workers.js";
import type { Environment } from "../domain/environment.js";

export interface Stopped {
  /**
   * `not-ours` if another server uses the port, which this set-up did not start. That server keeps
   * running.
   */
  readonly server: "stopped" | "not-running" | "not-ours";
  /** Number of stopped background workers. */
  readonly workers: number;
  /** Paths of the server's databases, one per version of the server. They are not deleted. */
  readonly databases: readonly string[];
}

/**
 * Stops the background workers, once their calls in flight have ended, and the local server of this
 * `OSTINATO_HOME`. Experiments continue when a server and a worker run again.
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
 * True if `stopOstinato` has stopped the local server and no server runs in its place. Code that
 * keeps a server alive must then not restart it.
 */
export async function isOstinatoStopped(env: Environment = process.env): Promise<boolean> {
  return await isServerStopped(env);
}
