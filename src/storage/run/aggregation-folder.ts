import { basename, dirname, join } from "node:path";

/**
 * Name of the state folder of an aggregation that asks models. It is inside the state folder of its
 * batch run. The aggregation is a run with one line, whose input and output files are in the state
 * folder, too.
 */
const name = ".aggregation";

/** @param directory state folder of the batch run */
export function aggregationFolder(directory: string): string {
  return join(directory, name);
}

export function isAggregation(directory: string): boolean {
  return basename(directory) === name;
}

/** Returns the state folder of the batch run to which an aggregation belongs. */
export function runOfAggregation(directory: string): string {
  return dirname(directory);
}
