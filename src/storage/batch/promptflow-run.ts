/**
 * Reads a folder of promptflow's local runs, `~/.promptflow/.runs/<run>`:
 *
 *     flow_artifacts/<first>_<last>.jsonl    the records of lines, by line number
 *     node_artifacts/<node>/<line>.jsonl     the records of the nodes of lines
 *     metrics.json                           the metrics of the aggregation
 *     snapshot/                              the flow as it was run
 */
import { readFile, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { defined } from "../../domain/defined.js";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import { lineNumberColumn } from "../../domain/flow/inputs/line-number.js";
import type { LineEnd, NodeStatus } from "../../domain/flow/line.js";
import { errorFromJson } from "../../domain/flow/result/error-json.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import { isThere } from "../files/is-there.js";
import { readInputLines } from "../input/input-lines.js";
import { withMediaPaths } from "../rows/media-paths.js";
import type { RunRows } from "./run-rows.js";

/** A line of a run of promptflow. */
export interface PromptflowLine {
  readonly number: number;
  readonly inputs: JsonObject;
  /** End of the line. `kept` has the outputs of all nodes, or values by reference. */
  readonly end: LineEnd;
  readonly tokens: { readonly input: number; readonly output: number };
  /** Start time in ms since the epoch. */
  readonly startedAt: number;
  /** End time in ms since the epoch. */
  readonly endedAt: number;
}

export interface PromptflowRun {
  readonly name: string;
  readonly metrics: JsonObject;
  /** Path of the folder with the flow, if it exists. */
  readonly snapshot?: string;
  /** Kind of names of the kept values. @default "node" */
  readonly keptBy?: "node" | "reference";
  /** Reads the lines in ascending order of their numbers. */
  readonly lines: () => AsyncGenerator<PromptflowLine, void, undefined>;
}

const lineRecords = "flow_artifacts";
const nodeRecords = "node_artifacts";

/** True for a folder that contains records of lines. */
export async function isPromptflowRun(folder: string): Promise<boolean> {
  return isThere(join(folder, lineRecords));
}

/** Opens a run. Throws a `UserError` if the folder is not a run of promptflow. */
export async function openPromptflowRun(folder: string): Promise<PromptflowRun> {
  if (!(await isPromptflowRun(folder))) {
    throw new UserError(
      `Expected a run folder of promptflow, with a folder \`${lineRecords}\`, got ${JSON.stringify(folder)}. Such folders are in ~/.promptflow/.runs.`,
    );
  }
  const snapshot = join(folder, "snapshot");
  return {
    name: basename(folder),
    metrics: await metricsIn(join(folder, "metrics.json")),
    ...((await isThere(snapshot)) && { snapshot }),
    lines: () => readLines(folder),
  };
}

/** Reads metrics. promptflow writes NaN as Python does. */
async function metricsIn(path: string): Promise<JsonObject> {
  if (!(await isThere(path))) return {};
  return recordOf(await readFile(path, "utf8"), JSON.stringify(path));
}

/** Returns the lines of a run as rows of sources. */
export function promptflowRows(folder: string): RunRows {
  return {
    inputs: () => rowsOf(folder, ({ inputs }) => inputs),
    outputs: () => rowsOf(folder, ({ end }) => end.output),
  };
}

async function* rowsOf(
  folder: string,
  columnsOf: (line: PromptflowLine) => JsonObject | undefined,
): AsyncGenerator<JsonObject, void, undefined> {
  for await (const line of readLines(folder)) {
    const columns = columnsOf(line);
    if (columns) yield { ...columns, [lineNumberColumn]: line.number };
  }
}

async function* readLines(folder: string): AsyncGenerator<PromptflowLine, void, undefined> {
  const nodes = await namesIn(join(folder, nodeRecords));
  for (const file of await namesIn(join(folder, lineRecords))) {
    if (!file.endsWith(".jsonl")) continue;
    const lines = await linesIn(join(folder, lineRecords, file));
    for (const line of lines) yield await withNodes(line, nodes, folder);
  }
}

/**
 * Reads a file, which contains the lines of a range of numbers, in the order in which they ended.
 */
async function linesIn(path: string): Promise<readonly PromptflowLine[]> {
  const lines: PromptflowLine[] = [];
  for (const record of await recordsIn(path)) lines.push(lineOf(record, path));
  return lines.sort((one, other) => one.number - other.number);
}

function lineOf(record: JsonObject, path: string): PromptflowLine {
  const number = record[lineNumberColumn];
  const run = record["run_info"];
  if (typeof number !== "number" || !isJsonObject(run)) {
    throw new UserError(`${JSON.stringify(path)}: Expected the record of a line of promptflow.`);
  }
  const inputs = Object.entries(objectOf(run["inputs"]));
  const own = Object.fromEntries(inputs.filter(([name]) => name !== lineNumberColumn));
  const metrics = objectOf(run["system_metrics"]);
  return {
    number,
    inputs: withMediaPaths(own, dirname(path)),
    end: endOf(run),
    tokens: {
      input: numberOf(metrics["prompt_tokens"]),
      output: numberOf(metrics["completion_tokens"]),
    },
    startedAt: instantOf(run["start_time"]),
    endedAt: instantOf(run["end_time"]),
  };
}

function endOf(run: JsonObject): LineEnd {
  const output = run["output"] ?? null;
  if (run["status"] === "Completed") {
    return { status: "completed", output: isJsonObject(output) ? output : { output }, nodes: {} };
  }
  const ended = { message: `The line ended with the status ${JSON.stringify(run["status"])}.` };
  return { status: "failed", error: errorFromJson(run["error"] ?? ended), nodes: {} };
}

async function withNodes(
  line: PromptflowLine,
  nodes: readonly string[],
  folder: string,
): Promise<PromptflowLine> {
  const statuses: [string, NodeStatus][] = [];
  const outputs: [string, JsonValue][] = [];
  for (const node of nodes) {
    const path = join(
      folder,
      nodeRecords,
      node,
      `${line.number.toString().padStart(9, "0")}.jsonl`,
    );
    const run = (await isThere(path)) ? await nodeRun(path, line.number) : undefined;
    const status = statusOf(run?.["status"]);
    if (!run || !status) continue;
    statuses.push([node, status]);
    if (status === "completed") outputs.push([node, run["output"] ?? null]);
  }
  const end = { ...line.end, nodes: Object.fromEntries(statuses) };
  const kept = Object.fromEntries(outputs);
  return { ...line, end: { ...end, ...defined({ kept: outputs.length > 0 ? kept : undefined }) } };
}

/**
 * Reads the record of a node. The file of line 0 also has the record of an aggregation, which has
 * no line number.
 */
async function nodeRun(path: string, number: number): Promise<JsonObject | undefined> {
  const records = await recordsIn(path);
  const own = records.find((record) => record[lineNumberColumn] === number);
  return own && objectOf(own["run_info"]);
}

const statuses: Readonly<Record<string, NodeStatus>> = {
  Completed: "completed",
  Failed: "failed",
  Bypassed: "bypassed",
  Canceled: "canceled",
};

function statusOf(value: JsonValue | undefined): NodeStatus | undefined {
  return typeof value === "string" ? statuses[value] : undefined;
}

async function recordsIn(path: string): Promise<readonly JsonObject[]> {
  const records: JsonObject[] = [];
  for await (const { text, line } of readInputLines(path)) {
    records.push(recordOf(text, `${JSON.stringify(path)}, line ${line}`));
  }
  return records;
}

function recordOf(text: string, place: string): JsonObject {
  try {
    const record = parseJsonText(text);
    if (isJsonObject(record)) return record;
  } catch (error) {
    throw new UserError(`${place}: Expected JSON (${errorText(error)}).`, { cause: error });
  }
  throw new UserError(`${place}: Expected a record, a JSON object.`);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await isThere(folder)) ? (await readdir(folder)).sort() : [];
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0;
}

/** Parses a time. promptflow writes UTC. Older versions omit the time zone. */
function instantOf(value: JsonValue | undefined): number {
  if (typeof value !== "string") return 0;
  const time = Date.parse(/Z$|[+-]\d\d:\d\d$/.test(value) ? value : `${value}Z`);
  return Number.isNaN(time) ? 0 : time;
}
