import { findKeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";
import type { FindOptions } from "../connection/find-options.js";
import type { Ostinato } from "../connection/ostinato.js";
import { findPresentRun } from "../status/find-run.js";

/**
 * Returns the steps without successors of a pipeline's latest run; empty for an experiment or a
 * batch run.
 */
export async function findLeaves(
  ostinato: Ostinato,
  name: string,
  options: FindOptions = {},
): Promise<readonly string[]> {
  const { directory } = await findPresentRun(ostinato, name, options);
  return directory === undefined ? [] : await leavesIn(directory);
}

/** The same for a run by its state folder. */
export async function leavesIn(directory: string): Promise<readonly string[]> {
  return (await findKeptPipeline(directory))?.leaves ?? [];
}
