import type { Counts } from "../../domain/experiment/experiment.js";
import { readJson } from "../files/read-json.js";
import { runPaths } from "./run-folder.js";

/** `result.json`: how a run ended. */
export interface RunResult extends Counts {
  /** Calls that were paid twice because a process died between an answer and its sync. */
  readonly repeatedCalls: number;
  readonly finishedAt: number;
}

/** The result of a run, or `undefined` where it has not finished. */
export async function findResult(directory: string): Promise<RunResult | undefined> {
  // Written whole by finishRun alone.
  return (await readJson(runPaths(directory).result)) as RunResult | undefined;
}
