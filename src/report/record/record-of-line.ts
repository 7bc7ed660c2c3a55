import { defined } from "../../domain/defined.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { endOfLine, isReusedLine } from "../../domain/record/line-end.js";
import { isOurs } from "../../domain/record/output-line.js";
import type {
  ReportCall,
  ReportRecord,
  RowError,
  RowStatus,
  RowValue,
} from "../../domain/report/report-row.js";
import { scoreErrorKey } from "../../domain/scores/scored-line.js";
import type { Verdict } from "../../domain/scores/judged-line.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import { lineageOfLine } from "./lineage-of-line.js";
import {
  answerText,
  chatMessages,
  inputsOf,
  messagesOf,
  promptText,
  responseText,
  textOf,
} from "./texts-of-line.js";

/** The facts about a line that are not in it. */
export interface LineFacts {
  readonly index: number;
  readonly calls: readonly ReportCall[];
  readonly verdicts: readonly Verdict[];
  readonly tokensOf: (api: string, usage: JsonObject) => TokenCounts | undefined;
}

/** Returns the record of a completed file's line, from Ostinato or prompto. */
export function recordOfLine(line: JsonObject, facts: LineFacts): ReportRecord {
  const { index, calls, verdicts } = facts;
  const messages = chatMessages(isRow(line) ? undefined : line["prompt"], line["response"]);
  return {
    index,
    status: statusOf(line),
    ...searchedTexts(line, index),
    ...defined({ messages, model: modelOf(line), group: groupOf(line["group"]) }),
    ...numbersOf(line, facts),
    values: { ...valuesOf(line), ...verdictValues(verdicts) },
    calls,
    verdicts,
    line,
    lineage: lineageOfLine(line),
  };
}

/**
 * Returns the part of a record that a search needs. It is computed faster than the whole record.
 */
export function searchedTexts(
  line: JsonObject,
  index: number,
): Pick<ReportRecord, "id" | "prompt" | "answer" | "error"> {
  const error = errorOf(line);
  return {
    id: idOf(line["id"], index),
    ...promptAndAnswer(line),
    ...defined({ error }),
  };
}

function promptAndAnswer(line: JsonObject): Pick<ReportRecord, "prompt" | "answer"> {
  const { prompt, response } = line;
  if (!isRow(line) && prompt !== undefined) {
    return { prompt: promptOf(prompt), answer: responseText(response) };
  }
  const inputs = inputsOf(line);
  const answer = isRow(line) ? answerText(line, inputs) : responseText(response);
  return { prompt: promptText(inputs), answer };
}

/** True for a row of a pipeline or a line of a batch run. */
function isRow(line: JsonObject): boolean {
  return line["leaves"] !== undefined || line["nodes"] !== undefined;
}

function idOf(id: JsonValue | undefined, index: number): string {
  return id === undefined || id === null ? `line ${index + 1}` : textOf(id);
}

function statusOf(line: JsonObject): RowStatus {
  const end = endOfLine(line) ?? "completed";
  const { leaves } = line;
  return end === "completed" && isJsonArray(leaves) && leaves.length === 0 ? "dropped" : end;
}

function modelOf({ api, model_name: name }: JsonObject): string | undefined {
  if (typeof api !== "string") return undefined;
  return typeof name === "string" ? `${api}/${name}` : api;
}

function groupOf(group: JsonValue | undefined): string | undefined {
  return group === undefined || group === null ? undefined : textOf(group);
}

function promptOf(prompt: JsonValue): string {
  const messages = messagesOf(prompt);
  if (!messages) return textOf(prompt);
  return messages
    .map(({ role, text }) => (messages.length > 1 ? `${role}: ${text}` : text))
    .join("\n");
}

function errorOf(line: JsonObject): RowError | undefined {
  const { error, response } = line;
  if (isJsonObject(error)) {
    const { type, message } = error;
    return { type: textOf(type) || "unknown", message: textOf(message) };
  }
  if (endOfLine(line) !== "failed") return undefined;
  return { type: "unknown", message: textOf(response) };
}

type Numbers = Pick<
  ReportRecord,
  | "sentAt"
  | "latencyMs"
  | "attempts"
  | "inputTokens"
  | "outputTokens"
  | "cost"
  | "reused"
  | "savedCost"
>;

function numbersOf(line: JsonObject, { calls, tokensOf }: LineFacts): Numbers {
  const { api, usage } = line;
  const tokens = isJsonObject(usage)
    ? tokensOf(typeof api === "string" ? api : "", usage)
    : undefined;
  const numbers = defined({
    sentAt: calls.findLast(({ sentAt }) => sentAt > 0)?.sentAt,
    latencyMs: numberOf(line["latency_ms"]),
    attempts: numberOf(line["attempts"]),
    inputTokens: tokens?.input,
    outputTokens: tokens?.output,
    cost: numberOf(line["cost"]),
  });
  if (!isReusedLine(line)) return numbers;
  const { reused } = line;
  const savedCost = isJsonObject(reused) ? numberOf(reused["cost"]) : undefined;
  return { ...numbers, reused: true, ...defined({ savedCost }) };
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** Keys that have their own column. */
const known = new Set([
  "id",
  "api",
  "model_name",
  "prompt",
  "group",
  "parameters",
  "cost",
  "verdicts",
]);
const longestValue = 80;

/** Returns scores, and the user's own values that fit into a cell. */
function valuesOf(line: JsonObject): Record<string, RowValue> {
  const values: Record<string, RowValue> = {};
  for (const [key, value] of Object.entries(line)) {
    if (known.has(key) || isOurs(key) || isScoreError(line, key)) continue;
    if (typeof value === "number" || typeof value === "boolean") values[key] = value;
    if (typeof value === "string" && value.length <= longestValue) values[key] = value;
  }
  return values;
}

/** True for the key with the reason for a missing score. */
function isScoreError(line: JsonObject, key: string): boolean {
  const end = scoreErrorKey("");
  return key.endsWith(end) && Object.hasOwn(line, key.slice(0, -end.length));
}

function verdictValues(verdicts: readonly Verdict[]): Record<string, RowValue> {
  const given = verdicts.flatMap(({ judge, template, verdict }) =>
    verdict === undefined || verdict === null ? [] : [[`${judge}/${template}`, verdict] as const],
  );
  return Object.fromEntries(given);
}
