import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Llm } from "../../pipeline/builder/index.js";

/** One line of a batch run, as the code of a flow sees it. */
export interface Line extends LineWork {
  /** Number of the line in the input. */
  readonly number: number;
}

/**
 * Work of a line that is paid or recorded once. An aggregation receives it as its second argument.
 */
export interface LineWork {
  /**
   * Asks a model. The limits of the API and model pace the call, failures are retried, and an
   * answer is never paid twice: when the line runs again, the journal answers equal calls. Rejects
   * with a `CallError`.
   *
   * @param model `llm("openai", "gpt-4o")`, `"openai/gpt-4o"`, or a connection:
   *   `"my_connection/gpt-4o"`
   * @param prompt text, or messages with `role` and `content`
   * @param parameters parameters that override those of the model
   */
  readonly call: (
    model: Llm | string,
    prompt: LinePrompt,
    parameters?: JsonObject,
  ) => Promise<Reply>;
  /**
   * Calls a function once. When the line runs again, the recorded result is returned. The result
   * must be JSON.
   */
  readonly step: <Value extends JsonLike>(
    name: string,
    work: () => Value | Promise<Value>,
  ) => Promise<Value>;
  /** Returns a number in [0, 1) that is the same when the line runs again. */
  readonly random: () => number;
  /** Returns the time of the line's first run, in ms since the epoch. */
  readonly now: () => number;
  /** Writes to the log of the run. */
  readonly log: (text: string) => void;
}

export type LinePrompt = string | readonly ChatTurn[];

export interface ChatTurn {
  readonly role: "system" | "user" | "assistant";
  readonly content: JsonValue;
}

/** Answer of a model. */
export interface Reply {
  /** The response as text. A withheld answer is empty, and other values are JSON. */
  readonly text: string;
  readonly response: JsonValue;
  /** Tokens and other facts, as in the completed file. */
  readonly facts: JsonObject;
}

/** A value that can be represented in JSON. Values of interface types fit too. */
export type JsonLike = JsonValue | object | undefined;

/** All completed lines of a run, in line order. */
export type Lines<Inputs = JsonObject, Output = JsonValue> = readonly CompletedLine<
  Inputs,
  Output
>[];

export interface CompletedLine<Inputs, Output> {
  readonly line_number: number;
  readonly inputs: Inputs;
  readonly outputs: Output;
}

/** Thrown if a call failed permanently. `type` is the kind of the failure, such as `permanent`. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}
