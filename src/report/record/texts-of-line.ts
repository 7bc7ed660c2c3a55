import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isOurs } from "../../domain/record/output-line.js";
import type { ReportMessage } from "../../domain/report/report-row.js";

/** Returns a value for display: text unchanged, anything else as JSON. */
export function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 2);
}

/**
 * Returns an answer as text. Several answers, from the turns of a chat or from `n` generations, are
 * separated by a rule.
 */
export function responseText(response: JsonValue | undefined): string {
  const isTexts = isJsonArray(response) && response.every((each) => typeof each === "string");
  return isTexts ? response.join("\n\n---\n\n") : textOf(response);
}

/** Returns the turns of a chat, each followed by its answer. */
export function chatMessages(
  prompt: JsonValue | undefined,
  response: JsonValue | undefined,
): readonly ReportMessage[] | undefined {
  const messages = messagesOf(prompt);
  const isChat = isJsonArray(prompt) && prompt.every((turn) => typeof turn === "string");
  if (!messages || !isChat || !isJsonArray(response)) return messages;
  return messages.flatMap((message, turn) => {
    const answer = response[turn];
    return answer === undefined ? [message] : [message, { role: "model", text: textOf(answer) }];
  });
}

/**
 * Returns the messages of a prompt that is a list: the turns of a chat, or a history of role
 * objects.
 */
export function messagesOf(prompt: JsonValue | undefined): readonly ReportMessage[] | undefined {
  if (!isJsonArray(prompt)) return undefined;
  return prompt.map((message) => {
    if (!isJsonObject(message)) return { role: "user", text: textOf(message) };
    const { role, content, parts } = message;
    return {
      role: typeof role === "string" ? role : "user",
      text: partsText(content ?? parts ?? message),
    };
  });
}

/** Returns the text of a message's content, which may be a list of parts. */
function partsText(content: JsonValue): string {
  if (!isJsonArray(content)) return textOf(content);
  return content
    .map((part) => (isJsonObject(part) && typeof part["text"] === "string" ? part["text"] : part))
    .map(textOf)
    .join("\n");
}

/** Columns that usually contain the main text of a row. */
const promptColumns = ["prompt", "instruction", "question", "text", "input"];
const answerColumns = ["generation", "answer", "output", "response"];
const walkColumns = new Set(["leaves", "failures", "dropped", "conflicts", "output", "nodes"]);
const lineColumns = new Set(["kept", "warnings", "failure", "cost"]);

/** Returns the inputs of a pipeline's row or a flow's line, which are the keys before ours. */
export function inputsOf(line: JsonObject): JsonObject {
  const entries = Object.entries(line);
  const ours = entries.findIndex(([key]) => key === "timestamp_sent" || key === "status");
  const inputs = entries
    .slice(0, ours === -1 ? entries.length : ours)
    .filter(([key]) => !isOurs(key) && !walkColumns.has(key) && !lineColumns.has(key));
  return Object.fromEntries(inputs);
}

/**
 * Returns the text of a row's inputs: the column that usually contains the prompt, otherwise all
 * inputs.
 */
export function promptText(inputs: JsonObject): string {
  return customText(inputs, promptColumns) ?? textOf(inputs);
}

/**
 * Returns the text of a row's outputs: all of its leaves, each without the columns of the input.
 */
export function answerText(line: JsonObject, inputs: JsonObject): string {
  const { leaves, output } = line;
  if (output !== undefined) return isJsonObject(output) ? outputText(output) : textOf(output);
  if (!isJsonArray(leaves)) return "";
  const texts = leaves.filter(isJsonObject).map(({ leaf, row }) => {
    const added = isJsonObject(row) ? addedTo(row, inputs) : {};
    return { leaf: textOf(leaf), text: outputText(added) };
  });
  if (texts.length === 1) return texts[0]?.text ?? "";
  return texts.map(({ leaf, text }) => `${leaf}: ${text}`).join("\n");
}

function addedTo(row: JsonObject, inputs: JsonObject): JsonObject {
  const added = Object.entries(row).filter(([key]) => !Object.hasOwn(inputs, key));
  return Object.fromEntries(added);
}

function outputText(output: JsonObject): string {
  return customText(output, answerColumns) ?? textOf(output);
}

function customText(columns: JsonObject, customary: readonly string[]): string | undefined {
  const values = customary.map((column) => columns[column]);
  return values.find((value) => typeof value === "string");
}
