/** Runs an aggregation that asks models, as the only line of a separate run. */
import type { JsonObject } from "../../src/domain/json/json.js";
import type { LineEnd } from "../../src/domain/flow/line.js";
import type { AggregationEnd } from "../../src/domain/flow/result/batch-tally.js";
import { readBatchLines } from "../../src/storage/batch/batch-lines.js";
import { runOfAggregation } from "../../src/storage/run/aggregation-folder.js";
import { runPaths } from "../../src/storage/run/run-folder.js";
import { aggregate, hasAggregation } from "./aggregate.js";
import { LineJournal } from "./line-journal.js";
import type { LineRun, LineWork } from "./line-work.js";

/**
 * Maximum time of the aggregation's own code in ms. It may take long, because it handles all lines.
 */
export const aggregationLimitMs = 3_600_000;

/** Runs the aggregation. The output of the returned line is the end of the aggregation. */
export async function runAggregation(
  { sending, run: { directory }, flow: { kept, executor, log } }: LineWork,
  { entry, ...run }: LineRun,
): Promise<LineEnd> {
  const { flow } = kept;
  if (!hasAggregation(flow)) throw new Error(`Expected an aggregation of the flow "${flow.name}".`);
  const { completed } = runPaths(runOfAggregation(directory));
  const { journal, known } = await LineJournal.open(sending.store, entry.position);
  const own = { ...run, journal, known, executor, log, limitMs: aggregationLimitMs };
  const end = await aggregate(flow, completed, own);
  // The end of an aggregation consists of text, numbers, lists and objects.
  return { status: "completed", nodes: end?.nodes ?? {}, output: { ...end } as JsonObject };
}

/** @param directory state folder of the aggregation, which has ended */
export async function endOfAggregation(directory: string): Promise<AggregationEnd | undefined> {
  for await (const { end } of readBatchLines(runPaths(directory).completed)) {
    const { error, output, usage } = end;
    const tokens = usage && { tokens: { input: usage.input_tokens, output: usage.output_tokens } };
    if (error) return { nodes: {}, metrics: {}, errors: { aggregation: error }, ...tokens };
    // The output is ours: only `runAggregation` writes it.
    const known = output as unknown as Partial<AggregationEnd>;
    return { nodes: {}, metrics: {}, errors: {}, ...known, ...tokens };
  }
  return undefined;
}
