/** The aggregation of a batch run: once, over the completed lines, in line order. */
import { aggregateLines } from "../../src/domain/flow/aggregate-lines.js";
import type { KeptLine } from "../../src/domain/flow/aggregate-lines.js";
import type { CodeFlow, GraphFlow } from "../../src/domain/flow/flow.js";
import { lineErrorOf } from "../../src/domain/flow/line-error.js";
import type { AggregationEnd } from "../../src/domain/flow/result/batch-tally.js";
import { RowError } from "../../src/domain/graph/walk/step-value.js";
import { defined } from "../../src/domain/defined.js";
import { isJsonObject } from "../../src/domain/json/json.js";
import type { JsonObject, JsonValue } from "../../src/domain/json/json.js";
import { TaskFailed } from "../../src/executors/lines/executor.js";
import type { AggregatedLine, ExecutorPool } from "../../src/executors/lines/executor.js";
import { readBatchLines } from "../../src/storage/batch/batch-lines.js";
import type { KeptFlow } from "../../src/storage/run/kept-flow.js";
import { runPaths } from "../../src/storage/run/run-folder.js";
import { executorOf } from "../../src/flow/code/executor-of.js";
import { renderNode } from "../../src/flow/line/render-node.js";

/** All lines may take long. */
const limitMs = 3_600_000;

/** `undefined` for a flow without an aggregation, and if no line is completed. */
export async function aggregate(
  directory: string,
  kept: KeptFlow,
): Promise<AggregationEnd | undefined> {
  const { flow } = kept;
  if (flow.kind === "chat") return undefined;
  const { completed } = runPaths(directory);
  const isGraph = flow.kind === "graph";
  const aggregates = isGraph
    ? flow.nodes.some(({ aggregation }) => aggregation === true)
    : flow.aggregates === true;
  if (!aggregates) return undefined;
  const executor = executorOf({ ...kept, flow }, directory);
  try {
    if (isGraph) return await ofGraph(flow, await keptLines(completed), executor);
    return executor && (await ofCode(flow, await linesOf(completed), executor));
  } finally {
    await executor?.end();
  }
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
  executor: ExecutorPool | undefined,
): Promise<AggregationEnd | undefined> {
  if (lines.length === 0) return undefined;
  const { metrics, nodes, errors } = await aggregateLines(flow, lines, {
    render: renderNode,
    ask: async ({ name }) => {
      const text = `The aggregation "${name}" asks a model, which only nodes of lines can.`;
      return Promise.reject(new RowError("NotSupported", text));
    },
    run: async ({ name: id, code: { file, name } }, inputs) => {
      if (!executor) throw new Error(`Expected the run to have the code of ${file}.`);
      return executor.aggregate({ id, file, inputs, ...defined({ name }) }, { limitMs });
    },
  });
  return { metrics, nodes, errors };
}

async function ofCode(
  flow: CodeFlow,
  lines: readonly AggregatedLine[],
  executor: ExecutorPool,
): Promise<AggregationEnd | undefined> {
  if (lines.length === 0) return undefined;
  const { file, name } = flow.code;
  const id = "aggregate";
  try {
    const task = { id, file, inputs: {}, lines, ...defined({ name }) };
    const { output, metrics } = await executor.aggregate(task, { limitMs });
    const logged = Object.fromEntries(metrics.map((one) => [one.name, one.value]));
    return { nodes: {}, errors: {}, metrics: { ...returnedMetrics(output), ...logged } };
  } catch (error) {
    if (!(error instanceof TaskFailed)) throw error;
    return { nodes: {}, errors: { [id]: lineErrorOf(error) }, metrics: {} };
  }
}

function returnedMetrics(output: JsonValue): JsonObject {
  if (isJsonObject(output)) return output;
  return output === null ? {} : { output };
}
