import type { RunReport } from "../../domain/report/run-report.js";
import { isThere } from "../files/is-there.js";
import { hasFlow } from "./kept-flow.js";
import { runPaths } from "./run-folder.js";

/** Returns the kind of a prepared run, determined by the files in its state folder. */
export async function runKind(directory: string): Promise<RunReport["kind"]> {
  if (await hasFlow(directory)) return "batch";
  return (await isThere(runPaths(directory).pipeline)) ? "pipeline" : "experiment";
}
