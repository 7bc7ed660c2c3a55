import type {
  PreparedExperiment,
  PrepareExperimentInput,
  PrepareStageInput,
} from "../../src/domain/experiment/experiment.js";
import { files } from "../activity-proxies.js";
import { causeOf } from "../cause-of.js";

/** Prepares an experiment whose first stage is the main one. */
export async function prepareFirst(input: PrepareExperimentInput): Promise<PreparedExperiment> {
  try {
    return await files().prepareExperiment.executeWithOptions(
      { summary: `check ${input.inputName} and build its index` },
      [input],
    );
  } catch (error) {
    throw causeOf(error);
  }
}

/** Prepares a stage. Returns `undefined` if the previous stage left nothing to send. */
export async function prepareStage(
  input: PrepareStageInput,
): Promise<PreparedExperiment | undefined> {
  try {
    const made = await files().prepareStage.executeWithOptions(
      { summary: `make the input of ${input.stage.name} and build its index` },
      [input],
    );
    return made.status === "prepared" ? made.prepared : undefined;
  } catch (error) {
    throw causeOf(error);
  }
}
