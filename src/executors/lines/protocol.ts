/**
 * The messages between a run and its executors: JSON objects, one per line on pipes.
 * docs/executors.md describes them. The first key of a message determines its kind. Unknown further
 * keys are ignored, so that the protocol can grow.
 */
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type {
  AggregatedLine,
  CodeFacts,
  ExecutorSetup,
  LineAnswer,
  LineCall,
  Metric,
} from "./executor.js";
import { parseJson } from "../../domain/json/parse-json.js";

export const protocolVersion = 1;

export interface Hello extends Omit<ExecutorSetup, "variables"> {
  readonly version: number;
}

export interface RequestError {
  readonly type: string;
  readonly message: string;
}

export interface RunMessage {
  /** Id of the task. The executor's messages contain it as `row`. */
  readonly run: string;
  readonly line: number;
  readonly file: string;
  readonly name?: string;
  readonly inputs: JsonObject;
  readonly journal: JsonObject;
  /** Part of the line. Each part has its own random numbers. @default the whole line */
  readonly part?: string;
}

export interface AggregateMessage {
  readonly aggregate: string;
  readonly file: string;
  readonly name?: string;
  readonly inputs: JsonObject;
  readonly lines?: readonly AggregatedLine[];
  /** Recorded values. @default none */
  readonly journal?: JsonObject;
  /**
   * Part of the aggregation. Each part has its own random numbers. @default the whole aggregation
   */
  readonly part?: string;
}

export type ToExecutor =
  | { readonly hello: Hello }
  | RunMessage
  | AggregateMessage
  | { readonly row: string; readonly call: number; readonly answer: LineAnswer }
  | { readonly row: string; readonly call: number; readonly error: RequestError }
  | { readonly row: string; readonly recorded: string; readonly error?: RequestError }
  | { readonly abandon: string }
  | { readonly ping: number };

export interface Ready {
  readonly version: number;
  readonly facts: readonly CodeFacts[];
  /**
   * Maximum number of tasks whose code runs at once. Tasks that wait for answers do not count.
   * @default 1
   */
  readonly parallel?: number;
}

export interface Failure {
  readonly type: string;
  readonly message: string;
  readonly trace?: string;
}

export type FromExecutor =
  | { readonly ready: Ready }
  | { readonly refused: { readonly message: string } }
  | { readonly row: string; readonly call: number; readonly request: LineCall }
  | { readonly row: string; readonly record: string; readonly value: JsonValue }
  | { readonly row: string; readonly done: JsonValue; readonly metrics?: readonly Metric[] }
  | { readonly row: string; readonly failed: Failure }
  | { readonly log: string; readonly row?: string }
  | { readonly pong: number };

/** An executor sent something that does not belong to the protocol. */
class NoMessage extends Error {
  override readonly name = "NoMessage";
}

const mostShown = 200;

/**
 * Reads one line of an executor. Throws a `NoMessage` that quotes the line if it does not belong to
 * the protocol.
 */
export function readLine(line: string): FromExecutor {
  let value: JsonValue;
  try {
    value = parseJson(line);
  } catch (error) {
    throw new NoMessage(`expected a message in JSON, got ${shown(line)}`, { cause: error });
  }
  return readMessage(value, line);
}

function shown(line: string): string {
  return JSON.stringify(line.length > mostShown ? `${line.slice(0, mostShown)}…` : line);
}

function readMessage(value: JsonValue, line: string): FromExecutor {
  if (!isJsonObject(value)) throw new NoMessage(`expected an object, got ${shown(line)}`);
  const kind = kinds.find(({ key }) => key in value);
  if (!kind) throw new NoMessage(`expected a message of the protocol, got ${shown(line)}`);
  const wrong = Object.entries(kind.fields).find(([name, test]) => !test(value[name]));
  if (wrong) {
    throw new NoMessage(`wrong or missing "${wrong[0]}" in the message ${shown(line)}`);
  }
  // The fields of the message have been checked, except for the fields that the run checks itself.
  return value as unknown as FromExecutor;
}

type Test = (value: JsonValue | undefined) => boolean;

const isText: Test = (value) => typeof value === "string";
const isNumber: Test = (value) => typeof value === "number";
const isThere: Test = (value) => value !== undefined;

function optional(test: Test): Test {
  return (value) => value === undefined || value === null || test(value);
}

function fields(tests: Readonly<Record<string, Test>>): Test {
  return (value) =>
    isJsonObject(value) && Object.entries(tests).every(([name, test]) => test(value[name]));
}

function listOf(test: Test): Test {
  return (value) => isJsonArray(value) && value.every(test);
}

const isParameter = fields({ name: isText, type: optional(isText) });
const isFacts = fields({ file: isText, name: isText, parameters: listOf(isParameter) });
const isReady = fields({
  version: isNumber,
  facts: listOf(isFacts),
  parallel: optional((value) => typeof value === "number" && value >= 1),
});
const isRequest: Test = (value) =>
  isJsonObject(value) &&
  (typeof value["render"] === "string" ||
    (isJsonObject(value["prompty"]) && isJsonObject(value["inputs"])) ||
    (typeof value["llm"] === "string" && ("prompt" in value || "template" in value)));
const isFailure = fields({ type: isText, message: isText, trace: optional(isText) });
const isMetric = fields({ name: isText, value: isThere });

/** Kinds of messages: the key that determines the kind, and the tests of all fields. */
const kinds: readonly { readonly key: string; readonly fields: Readonly<Record<string, Test>> }[] =
  [
    { key: "ready", fields: { ready: isReady } },
    { key: "refused", fields: { refused: fields({ message: isText }) } },
    { key: "request", fields: { row: isText, call: isNumber, request: isRequest } },
    { key: "record", fields: { row: isText, record: isText, value: isThere } },
    { key: "done", fields: { row: isText, done: isThere, metrics: optional(listOf(isMetric)) } },
    { key: "failed", fields: { row: isText, failed: isFailure } },
    { key: "log", fields: { log: isText, row: optional(isText) } },
    { key: "pong", fields: { pong: isNumber } },
  ];
