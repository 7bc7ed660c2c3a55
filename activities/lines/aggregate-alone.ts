/** Tries an aggregation without models, which needs neither a group of its own nor a journal. */
import type { CodeFlow, GraphFlow } from "../../src/domain/flow/flow.js";
import type { AggregationEnd } from "../../src/domain/flow/result/batch-tally.js";
import type { LineCall } from "../../src/executors/lines/executor.js";
import { executorOf } from "../../src/flow/code/executor-of.js";
import { askedCall } from "../../src/flow/line/asked-call.js";
import { readBatchLines } from "../../src/storage/batch/batch-lines.js";
import type { KeptFlow } from "../../src/storage/run/kept-flow.js";
import { runPaths } from "../../src/storage/run/run-folder.js";
import { aggregate, hasAggregation } from "./aggregate.js";
import { aggregationLimitMs } from "./run-aggregation.js";

/**
 * Returns `undefined` for a flow without an aggregation, and if no line is completed. Returns
 * `asks-models` at the first call and at the first value that must be recorded: code is then
 * abandoned, and runs again where both are possible.
 */
export async function aggregateAlone(
  directory: string,
  kept: KeptFlow,
): Promise<AggregationEnd | "asks-models" | undefined> {
  const { flow } = kept;
  const { completed } = runPaths(directory);
  if (!hasAggregation(flow) || !(await hasCompleted(completed))) return undefined;
  if (namesModel(flow)) return "asks-models";
  const executor = executorOf({ ...kept, flow }, directory);
  const asked = new AbortController();
  const stop = async (): Promise<never> => {
    asked.abort();
    // Code that gets no answer can't go on as if a call had failed.
    return new Promise(() => undefined);
  };
  try {
    const end = await aggregate(flow, completed, {
      executor,
      signal: asked.signal,
      limitMs: aggregationLimitMs,
      known: new Map(),
      journal: { record: stop },
      calls: { make: stop, ask: async (call) => valueOf(call, kept, stop) },
    });
    return asked.signal.aborted ? "asks-models" : end;
  } catch (error) {
    if (asked.signal.aborted) return "asks-models";
    throw error;
  } finally {
    await executor?.end();
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
