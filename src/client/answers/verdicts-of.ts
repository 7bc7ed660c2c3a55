import { summarizeVerdicts } from "../../report/verdicts.js";
import type { VerdictSummary } from "../../report/verdicts.js";
import type { ExperimentStatus } from "../status/status.js";

/**
 * What the verdicts of an experiment's judges come to, read from their completed file. `undefined` where there are none:
 * no judges, none with `parse` in their settings, or none that has finished.
 */
export async function verdictsOf({
  stages,
  completedFile,
}: Pick<ExperimentStatus, "stages" | "completedFile">): Promise<VerdictSummary | undefined> {
  // A run that the server has forgotten has no stages; its own file may be that of judges.
  const stage = stages?.find(({ kind }) => kind === "judge");
  const file = stages ? stage?.completedFile : completedFile;
  return file === undefined ? undefined : await summarizeVerdicts(file);
}
