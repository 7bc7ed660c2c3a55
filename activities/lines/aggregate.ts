/** Runs the aggregation of a batch run once, over the completed lines, in line order. */
import { aggregateLines } from "../../src/domain/flow/aggregate-lines.js";
import type { KeptLine } from "../../src/domain/flow/aggregate-lines.js";
import type { CodeFlow, Flow, GraphFlow } from "../../src/domain/flow/flow.js";
import { lineErrorOf } from "../../src/domain/flow/line-error.js";
import type { AggregationEnd } from "../../src/domain/flow/result/batch-tally.js";
import { defined } from "../../src/domain/defined.js";
import { isJsonObject } from "../../src/domain/json/json.js";
import type { JsonObject, JsonValue } from "../../src/domain/json/json.js";
import { TaskFailed } from "../../src/executors/lines/executor.js";
import type {
  AggregateOptions,
  Aggregated,
  AggregatedLine,
  AggregationTask,
} from "../../src/executors/lines/executor.js";
import type { CodeRun } from "../../src/flow/line/line-code.js";
import { renderNode } from "../../src/flow/line/render-node.js";
import { renderPrompt } from "../../src/flow/messages/render-prompt.js";
import type { CodeLog } from "../../src/storage/batch/code-log.js";
import { readBatchLines } from "../../src/storage/batch/batch-lines.js";

/** The dependencies of an aggregation, which are those of a line. */
export interface AggregationRun extends Pick<
  CodeRun,
  "calls" | "journal" | "known" | "executor" | "signal" | "limitMs"
> {
  /** Receives the output of the code. */
  readonly log: CodeLog;
}

/** Name of an aggregation that is code, for its calls and its error. */
const whole = "aggregate";

/**
 * True if the flow has an aggregation that runs. Aggregations of a chat group's roles do not run.
 */
export function hasAggregation(flow: Flow): flow is CodeFlow | GraphFlow {
  if (flow.kind === "chat") return false;
  if (flow.kind === "code") return flow.aggregates === true;
  return flow.nodes.some(({ aggregation }) => aggregation === true);
}

/**
 * Runs the aggregation. Returns `undefined` if no line is completed.
 *
 * @param completed path of the completed file of the lines
 */
export async function aggregate(
  flow: CodeFlow | GraphFlow,
  completed: string,
  run: AggregationRun,
): Promise<AggregationEnd | undefined> {
  return flow.kind === "graph"
    ? ofGraph(flow, await keptLines(completed), run)
    : ofCode(flow, await linesOf(completed), run);
}

async function keptLines(completed: string): Promise<readonly KeptLine[]> {
  const lines: KeptLine[] = [];
  for await (const { number, end } of readBatchLines(completed)) {
    if (end.status === "completed") lines.push({ line: number, kept: end.kept ?? {} });
  }
  return lines;
}

async function linesOf(completed: string): Promise<readonly AggregatedLine[]> {
  const lines: AggregatedLine[] = [];
  for await (const { number, inputs, end } of readBatchLines(completed)) {
    if (end.status !== "completed") continue;
    lines.push({ line_number: number, inputs, outputs: end.output ?? {} });
  }
  return lines.sort((a, b) => a.line_number - b.line_number);
}

async function ofGraph(
  flow: GraphFlow,
  lines: readonly KeptLine[],
  run: AggregationRun,
): Promise<AggregationEnd | undefined> {
  if (lines.length === 0) return undefined;
  const { metrics, nodes, errors } = await aggregateLines(flow, lines, {
    render: renderNode,
    ask: async (node, inputs, { depth, lineInputs }) => {
      const { llm, name, json = false } = node;
      const rendered = renderPrompt(flow, node, { inputs, lineInputs });
      return (await run.calls.make({ llm, json, ...rendered }, name, depth)).response;
    },
    run: async ({ name: id, code: { file, name } }, inputs) =>
      perform(run, { id, file, inputs, part: id, ...defined({ name }) }),
  });
  return { metrics, nodes, errors };
}

async function ofCode(
  flow: CodeFlow,
  lines: readonly AggregatedLine[],
  run: AggregationRun,
): Promise<AggregationEnd | undefined> {
  if (lines.length === 0) return undefined;
  const { file, name } = flow.code;
  try {
    const task = { id: whole, file, inputs: {}, lines, ...defined({ name }) };
    const { output, metrics } = await perform(run, task);
    const logged = Object.fromEntries(metrics.map((one) => [one.name, one.value]));
    return { nodes: {}, errors: {}, metrics: { ...returnedMetrics(output), ...logged } };
  } catch (error) {
    if (!(error instanceof TaskFailed)) throw error;
    return { nodes: {}, errors: { [whole]: lineErrorOf(error) }, metrics: {} };
  }
}

/** @param task task with a `part` if it is one node of several */
async function perform(
  { executor, calls, journal, known, log, signal, limitMs }: AggregationRun,
  task: Omit<AggregationTask, "journal">,
): Promise<Aggregated> {
  if (!executor) throw new Error(`Expected the run to have the code of ${task.file}.`);
  const { id, part = "" } = task;
  const options: AggregateOptions = {
    limitMs,
    signal,
    requests: {
      call: async (call) => calls.ask(call, id),
      record: async (key, value) => journal.record(part, key, value),
      log: (text) => log.add({ node: id, text }),
    },
  };
  return executor.aggregate({ ...task, journal: known.get(part) ?? {} }, options);
}

function returnedMetrics(output: JsonValue): JsonObject {
  if (isJsonObject(output)) return output;
  return output === null ? {} : { output };
}
