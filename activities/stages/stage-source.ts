import type { PrepareStageInput } from "../../src/domain/experiment/experiment.js";
import type { LineForm } from "../../src/domain/record/input-form.js";
import type { PrepareRunContext } from "../../src/storage/run/prepare-run.js";

/** The source of a stage's input. */
export interface StageSource {
  readonly input: PrepareStageInput;
  readonly checkRecord: PrepareRunContext["checkRecord"];
  /** Loads the rules for making records from the experiment's own input. */
  readonly loadForm: () => Promise<LineForm>;
  /** State folder with the copies of the judge and rephrase folders. */
  readonly kept: string;
}

/** Returns the completed file of the previous stage. */
export function completedFileBefore({ before }: PrepareStageInput): string {
  if (before === undefined) throw new Error("Expected the completed file to make it from.");
  return before;
}
