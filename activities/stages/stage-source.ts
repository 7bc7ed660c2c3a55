import type { PrepareStageInput } from "../../src/domain/experiment/experiment.js";
import type { PrepareRunContext } from "../../src/storage/run/prepare-run.js";

/** What the input of a stage is made from. */
export interface StageSource {
  readonly input: PrepareStageInput;
  readonly checkRecord: PrepareRunContext["checkRecord"];
  /** The state folder that keeps the judge and rephrase folders. */
  readonly kept: string;
}

/** The completed file of the stage before. */
export function completedFileBefore({ before }: PrepareStageInput): string {
  if (before === undefined) throw new Error("Expected the completed file to make it from.");
  return before;
}
