import { defined } from "../../src/domain/defined.js";
import type {
  PreparedExperiment,
  PrepareStageInput,
} from "../../src/domain/experiment/experiment.js";
import { sourceLine } from "../../src/domain/graph/walk/source-rows.js";
import { writeLines } from "../../src/storage/files/write-lines.js";
import { readGlobalRows } from "../../src/storage/run/pipeline/global-rows.js";
import { copyPipeline, readKeptPipeline } from "../../src/storage/run/pipeline/kept-pipeline.js";
import { prepareReuse } from "../../src/storage/run/pipeline/prepare-pipeline.js";
import { prepareRun } from "../../src/storage/run/prepare-run.js";
import type { PrepareRunContext } from "../../src/storage/run/prepare-run.js";
import { segmentFolder } from "../../src/storage/run/pipeline/segment-folder.js";

/**
 * Prepares the run of a pipeline's further segment. Its input contains the rows of the global steps
 * before it, step by step. Safe to repeat.
 */
export async function prepareSegment(
  input: PrepareStageInput,
  context: PrepareRunContext,
): Promise<PreparedExperiment> {
  const { pipeline, first, stage } = input;
  const { segment } = stage;
  if (!pipeline || first === undefined || segment === undefined) {
    throw new Error("Expected a segment of a pipeline behind its first.");
  }
  const { reuse } = pipeline;
  return prepareRun(
    { ...input, pipeline: { ...pipeline, segment } },
    {
      ...context,
      ...defined({ earlierStages: input.earlierStages }),
      directory: segmentFolder(first, segment),
      keep: async (directory) => copyPipeline(first, directory),
      makeInput: async (path, directory) => {
        await writeLines(path, segmentLines(first, segment));
        await prepareReuse({ directory, inputPath: path, reuse }, context.onProgress);
      },
    },
  );
}

async function* segmentLines(
  first: string,
  segment: number,
): AsyncGenerator<string, void, undefined> {
  const { segments = [] } = await readKeptPipeline(first);
  const sources = segments[segment]?.sources ?? [];
  for (const source of sources) {
    for await (const row of readGlobalRows(first, source)) {
      yield JSON.stringify(sourceLine(sources, source, row));
    }
  }
}
