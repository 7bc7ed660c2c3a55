import type { PrepareExperimentInput } from "../../domain/experiment/experiment.js";
import { discardStaged } from "../../storage/data-folder.js";

/** Removes the staged files of an experiment that is not prepared, and moves moved ones back. */
export async function discardInput({
  inputPath,
  pipeline,
}: Pick<PrepareExperimentInput, "inputPath" | "pipeline">): Promise<void> {
  await discardStaged(inputPath);
  if (pipeline) await discardStaged(pipeline.path);
}
