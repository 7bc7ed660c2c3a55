import { summarizeVerdicts } from "../../report/verdicts.js";
import type { VerdictSummary } from "../../report/verdicts.js";
import type { ExperimentStatus } from "../status/status.js";

/**
 * Summary of the verdicts of an experiment's judges, from their completed file. `undefined` if
 * there are no judges, none with `parse` in their settings, or none that have finished.
 */
export async function verdictsOf({
  stages,
  completedFile,
}: Pick<ExperimentStatus, "stages" | "completedFile">): Promise<VerdictSummary | undefined> {
  // A run that the server has forgotten has no stages. Its own file may be that of judges.
  const stage = stages?.find(({ kind }) => kind === "judge");
  const file = stages ? stage?.completedFile : completedFile;
  return file === undefined ? undefined : await summarizeVerdicts(file);
}
