import { defined } from "../../../domain/defined.js";
import type {
  PipelineInput,
  PrepareExperimentInput,
} from "../../../domain/experiment/experiment.js";
import { isThere } from "../../files/is-there.js";
import { buildReuseIndex } from "../../reuse/build-reuse-index.js";
import { reusePaths } from "../../reuse/reuse-index.js";
import { hasRowKeys, writeRowKeys } from "../../reuse/row-keys.js";
import { keepPipeline } from "./kept-pipeline.js";

/**
 * Prepares the files of a pipeline's run, except for its input: the pipeline itself, the keys of
 * its rows and the places of earlier answers. Safe to repeat, even after the input was moved.
 */
export async function preparePipeline(
  { inputPath, pipeline }: PrepareExperimentInput & { readonly pipeline: PipelineInput },
  directory: string,
  onProgress?: () => void,
): Promise<void> {
  await keepPipeline(pipeline.path, directory);
  const resumed = pipeline.flow?.takeOver;
  const own = { directory, inputPath, reuse: pipeline.reuse, ...defined({ resumed }) };
  await prepareReuse(own, onProgress);
}

interface RowsToReuse {
  readonly directory: string;
  readonly inputPath: string;
  /** Reuse answers of earlier runs. If false, only later runs reuse the answers of this run. */
  readonly reuse: boolean;
  /** State folder of a run that this run resumes. It may belong to another experiment. */
  readonly resumed?: string;
}

/** Writes the keys of a run's rows and the places of earlier answers. Safe to repeat. */
export async function prepareReuse(
  { directory, inputPath, reuse, resumed }: RowsToReuse,
  onProgress?: () => void,
): Promise<void> {
  if (!(await hasRowKeys(directory))) await writeRowKeys(directory, inputPath);
  if (!reuse || (await isThere(reusePaths(directory).files))) return;
  await buildReuseIndex(directory, defined({ resumed, onProgress }));
}
