/** Tries an aggregation without models, which needs neither its own group nor a journal. */
import type { CodeFlow, GraphFlow } from "../../src/domain/flow/flow.js";
import type { AggregationEnd } from "../../src/domain/flow/result/batch-tally.js";
import type { LineCall } from "../../src/executors/lines/executor.js";
import { executorOf } from "../../src/flow/code/executor-of.js";
import { askedCall } from "../../src/flow/line/asked-call.js";
import { readBatchLines } from "../../src/storage/batch/batch-lines.js";
import type { KeptFlow } from "../../src/storage/run/kept-flow.js";
import { CodeLog } from "../../src/storage/batch/code-log.js";
import { runPaths } from "../../src/storage/run/run-folder.js";
import type { FinishedBatch } from "../contract.js";
import { aggregate, hasAggregation } from "./aggregate.js";
import { aggregationLimitMs } from "./run-aggregation.js";

/** An aggregation that has no end yet. */
type Unfinished = Exclude<FinishedBatch, "finished">;

/**
 * Runs an aggregation. Returns `undefined` for a flow without an aggregation, and if no line is
 * completed. Returns `asks-models` at the first call and at the first value that must be recorded.
 * The code is then abandoned, and runs again where both are possible.
 *
 * @param stopped ends the code at once when it fires
 */
export async function aggregateAlone(
  directory: string,
  kept: KeptFlow,
  stopped: AbortSignal,
): Promise<AggregationEnd | Unfinished | undefined> {
  const { flow } = kept;
  const { completed } = runPaths(directory);
  if (!hasAggregation(flow) || !(await hasCompleted(completed))) return undefined;
  if (namesModel(flow)) return "asks-models";
  const executor = executorOf({ ...kept, flow }, directory);
  const log = new CodeLog(runPaths(directory).codeLog);
  const asked = new AbortController();
  const unfinished = (): Unfinished | undefined => {
    if (stopped.aborted) return "stopped";
    return asked.signal.aborted ? "asks-models" : undefined;
  };
  const stop = async (): Promise<never> => {
    asked.abort();
    // The code never gets an answer. Otherwise it could continue as if a call had failed.
    return new Promise(() => undefined);
  };
  try {
    const end = await aggregate(flow, completed, {
      executor,
      log,
      signal: AbortSignal.any([asked.signal, stopped]),
      limitMs: aggregationLimitMs,
      known: new Map(),
      journal: { record: stop },
      calls: { make: stop, ask: async (call) => valueOf(call, kept, stop) },
    });
    return unfinished() ?? end;
  } catch (error) {
    const why = unfinished();
    if (why) return why;
    throw error;
  } finally {
    await executor?.end();
    await log.close();
  }
}

async function valueOf(
  call: LineCall,
  kept: KeptFlow,
  stop: () => Promise<never>,
): ReturnType<Parameters<typeof aggregate>[2]["calls"]["ask"]> {
  const found = await askedCall(call, kept);
  return found.kind === "value" ? { response: found.value } : stop();
}

function namesModel(flow: CodeFlow | GraphFlow): boolean {
  if (flow.kind === "code") return false;
  return flow.nodes.some(({ kind, aggregation }) => kind === "llm" && aggregation === true);
}

async function hasCompleted(completed: string): Promise<boolean> {
  for await (const { end } of readBatchLines(completed)) {
    if (end.status === "completed") return true;
  }
  return false;
}
