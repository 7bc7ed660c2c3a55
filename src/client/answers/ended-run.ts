import type { Environment } from "../../domain/environment.js";
import { findResult } from "../../storage/run/run-result.js";
import { isServerless } from "../connection/connect.js";
import { dataFolderOf } from "../connection/find-options.js";
import type { FindOptions } from "../connection/find-options.js";
import { latestRun } from "../status/find-run.js";

/**
 * The state folder of the latest run of a name, if that run has ended and no server runs that could
 * know of a newer one. Its files then tell all, and need no server.
 */
export async function endedRun(
  name: string,
  env: Environment,
  options: FindOptions = {},
): Promise<string | undefined> {
  if (!(await isServerless(env))) return undefined;
  const directory = await latestRun(dataFolderOf(options, env), name);
  return directory !== undefined && (await findResult(directory)) ? directory : undefined;
}
