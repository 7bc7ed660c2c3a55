/** The files that some experiments write at their end, in addition to the completed file. */
import type { FinishPipelineInput } from "../../activities/contract.js";
import type { Counts, PrepareStageInput } from "../../src/domain/experiment/experiment.js";
import type { StageResult } from "../../src/domain/experiment/stages.js";
import { files } from "../activity-proxies.js";

export type RowCounts = Pick<StageResult, "records" | keyof Counts>;

/** Writes the result of a pipeline whose segments each count their own rows. */
export async function finishPipeline(
  ended: readonly StageResult[],
  input: FinishPipelineInput,
): Promise<RowCounts> {
  const { completed, failed } = await files().finishPipeline.executeWithOptions(
    { summary: "write the result" },
    [input],
  );
  const records = ended.reduce((sum, stage) => sum + stage.records, 0);
  return { records, completed, failed };
}

/** Writes the rephrased prompts. Returns the path of their file. */
export async function writeRephrased(stage: PrepareStageInput): Promise<string> {
  const { file } = await files().writeRephrased.executeWithOptions(
    { summary: "write the rephrased prompts" },
    [stage],
  );
  return file;
}
