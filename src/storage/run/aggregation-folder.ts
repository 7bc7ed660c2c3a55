import { basename, dirname, join } from "node:path";

/**
 * The state folder of an aggregation that asks models, inside that of its batch run. It is a run of
 * one line, whose files are in the run's state folder too.
 */
const name = ".aggregation";

/** @param directory state folder of the batch run */
export function aggregationFolder(directory: string): string {
  return join(directory, name);
}

export function isAggregation(directory: string): boolean {
  return basename(directory) === name;
}

/** The state folder of the batch run that an aggregation belongs to. */
export function runOfAggregation(directory: string): string {
  return dirname(directory);
}
