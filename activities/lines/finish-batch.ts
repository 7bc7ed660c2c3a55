import { defined } from "../../src/domain/defined.js";
import { BatchResult } from "../../src/domain/flow/result/batch-result.js";
import { BatchTally } from "../../src/domain/flow/result/batch-tally.js";
import type { AggregationEnd, EarlyEnd } from "../../src/domain/flow/result/batch-tally.js";
import { withSpending } from "../../src/domain/flow/result/with-spending.js";
import { sumOfSpending } from "../../src/domain/money/spending.js";
import { addPosition } from "../../src/domain/experiment/ranges.js";
import type { Range } from "../../src/domain/experiment/ranges.js";
import { readBatchLines } from "../../src/storage/batch/batch-lines.js";
import type { BatchLine } from "../../src/storage/batch/batch-lines.js";
import { writeOutput } from "../../src/storage/batch/write-output.js";
import { isThere } from "../../src/storage/files/is-there.js";
import { readJson } from "../../src/storage/files/read-json.js";
import { writeJsonAtomically } from "../../src/storage/files/write-atomically.js";
import { isStopped } from "../../src/storage/run/markers.js";
import { readKeptFlow } from "../../src/storage/run/kept-flow.js";
import { readManifest, runPaths } from "../../src/storage/run/run-folder.js";
import { findResult } from "../../src/storage/run/run-result.js";
import type { FinishBatchInput, FinishedBatch } from "../contract.js";
import { RunStop } from "../run-stop.js";
import { aggregateAlone } from "./aggregate-alone.js";
import { endOfAggregation } from "./run-aggregation.js";

/** Aggregates a finished run, and writes its outputs and its result. Safe to repeat. */
export async function finishBatch({
  directory,
  end,
  timeoutMs = 0,
  aggregation: folder,
  mayStop = false,
}: FinishBatchInput): Promise<FinishedBatch> {
  const paths = runPaths(directory);
  if (await isThere(paths.batchResult)) return "finished";
  await writeOutput(directory);
  const aggregation =
    end === "finished" ? await aggregated(directory, { folder, mayStop }) : undefined;
  if (aggregation === "asks-models" || aggregation === "stopped") return aggregation;
  // The list grows while the lines are read, which are in the order of their numbers.
  const lineNumbers: Range[] = [];
  const tally = new BatchTally(lineNumbers);
  for await (const line of readBatchLines(paths.completed)) {
    addPosition(lineNumbers, line.number);
    if (!wasStopped(line)) tally.add(counted(line));
  }
  const { createdAt } = await readManifest(directory);
  const finished = await findResult(directory);
  const endedAt = Math.max(Date.now(), finished?.finishedAt ?? 0);
  const early = earlyEnd(end, timeoutMs);
  const whole = tally.result({ startedAt: createdAt, endedAt, ...defined({ aggregation, early }) });
  const ofAggregation = folder === undefined ? undefined : await findResult(folder);
  const spendings = [finished, ofAggregation].flatMap((run) => run?.spending ?? []);
  const priced = withSpending(whole, sumOfSpending(spendings));
  await writeJsonAtomically(paths.batchResult, BatchResult.toJson(priced));
  return "finished";
}

function earlyEnd(end: FinishBatchInput["end"], timeoutMs: number): EarlyEnd | undefined {
  if (end === "timed-out") return { kind: "timedOut", timeoutMs };
  return end === "cancelled" ? { kind: "canceled" } : undefined;
}

/** True for a line that a cancellation or the timeout of the batch has stopped. */
function wasStopped({ end: { error } }: BatchLine): boolean {
  return error?.type === "cancelled" || error?.type === "BatchRunTimeout";
}

function counted({ number, end }: BatchLine): Parameters<BatchTally["add"]>[0] {
  const { status, error, nodes, usage } = end;
  const tokens = usage && { input: usage.input_tokens, output: usage.output_tokens };
  return { lineNumber: number, status, nodes, ...defined({ error, tokens }) };
}

/**
 * Returns the end of the aggregation. It is saved, so that a repeated finish does not run the
 * user's code again.
 */
async function aggregated(
  directory: string,
  { folder, mayStop }: { readonly folder: string | undefined; readonly mayStop: boolean },
): ReturnType<typeof aggregateAlone> {
  if (folder !== undefined) return endOfAggregation(folder);
  const path = runPaths(directory).aggregation;
  // The file is ours: only this function writes it.
  const before = (await readJson(path)) as AggregationEnd | undefined;
  if (before) return before;
  const stop = new RunStop(async () => isStopped(directory));
  if (mayStop) stop.watch();
  try {
    const made = await aggregateAlone(directory, await readKeptFlow(directory), stop.signal);
    if (typeof made === "object") await writeJsonAtomically(path, made);
    return made;
  } finally {
    stop.rest();
  }
}
