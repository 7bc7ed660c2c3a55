import { summarizeVerdicts } from "../../report/verdicts.js";
import type { VerdictSummary } from "../../report/verdicts.js";
import type { ExperimentStatus } from "../status/status.js";

/**
 * Summarizes the verdicts of an experiment's judges from their completed file. Returns `undefined`
 * without judges, without a `parse` in their settings, or before they have finished.
 */
export async function verdictsOf({
  stages,
  completedFile,
}: Pick<ExperimentStatus, "stages" | "completedFile">): Promise<VerdictSummary | undefined> {
  // A run that the server has forgotten has no stages. Its completed file may come from judges.
  const stage = stages?.find(({ kind }) => kind === "judge");
  const file = stages ? stage?.completedFile : completedFile;
  return file === undefined ? undefined : await summarizeVerdicts(file);
}
