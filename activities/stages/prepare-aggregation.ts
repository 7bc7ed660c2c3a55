import type {
  PreparedExperiment,
  PrepareStageInput,
} from "../../src/domain/experiment/experiment.js";
import { defined } from "../../src/domain/defined.js";
import { writeAtomically } from "../../src/storage/files/write-atomically.js";
import { aggregationFolder } from "../../src/storage/run/aggregation-folder.js";
import { copyFlow, readKeptFlow, stageFlow } from "../../src/storage/run/kept-flow.js";
import { prepareReuse } from "../../src/storage/run/pipeline/prepare-pipeline.js";
import { prepareRun } from "../../src/storage/run/prepare-run.js";
import type { PrepareRunContext } from "../../src/storage/run/prepare-run.js";
import { runPaths } from "../../src/storage/run/run-folder.js";

/**
 * Maximum time in ms of an aggregation between two waits for slots. It may make many calls one
 * after the other.
 */
const limitMs = 24 * 3_600_000;

/**
 * Prepares the aggregation of a batch run as a run of one line, so that its calls are paced and
 * journaled like those of lines. Safe to repeat.
 */
export async function prepareAggregation(
  input: PrepareStageInput,
  context: PrepareRunContext,
): Promise<PreparedExperiment> {
  const { pipeline, first } = input;
  if (!pipeline || first === undefined) throw new Error("Expected the lines of a batch run.");
  const { path, targets, reuse, flow } = pipeline;
  const prepared = await prepareRun(
    { ...input, pipeline: { path, targets, reuse, window: 1, flow: {} } },
    {
      ...context,
      ...defined({ earlierStages: input.earlierStages }),
      directory: aggregationFolder(first),
      keep: async (directory) => keepFlow(first, directory),
      makeInput: async (inputPath, directory) => {
        await writeAtomically(inputPath, onlyLine);
        const resumed = flow?.takeOver;
        const own = { directory, inputPath, reuse, ...defined({ resumed }) };
        await prepareReuse(own, context.onProgress);
      },
    },
  );
  return { ...prepared, stamp: `${runPaths(first).stamp}-aggregation` };
}

/**
 * The only line. It is the same in all runs, so that a later aggregation finds the answers of an
 * earlier one.
 */
const onlyLine = `${JSON.stringify({ line_number: 0, inputs: {} })}\n`;

async function keepFlow(first: string, directory: string): Promise<void> {
  await copyFlow(first, directory);
  const kept = await readKeptFlow(first);
  await stageFlow(directory, { ...kept, workers: 1, lineTimeoutMs: limitMs });
}
