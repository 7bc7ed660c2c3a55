import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Llm } from "../../pipeline/builder/index.js";

/** One line of a batch run, as the code of a flow sees it. */
export interface Line extends LineWork {
  /** The number of the line in the input. */
  readonly number: number;
}

/**
 * The work of a line that is paid or recorded once. An aggregation gets it too, as its second
 * argument.
 */
export interface LineWork {
  /**
   * Asks a model. The call is paced by the limits of its API and model, retried, and never paid
   * twice: when the line runs again, equal calls are answered by the journal. Rejects with a
   * `CallError`.
   *
   * @param model `llm("openai", "gpt-4o")`, `"openai/gpt-4o"`, or a connection:
   *   `"my_connection/gpt-4o"`
   * @param prompt text, or messages with `role` and `content`
   * @param parameters override those of the model
   */
  readonly call: (
    model: Llm | string,
    prompt: LinePrompt,
    parameters?: JsonObject,
  ) => Promise<Reply>;
  /**
   * Calls a function once: when the line runs again, its recorded result is returned. The result
   * must be JSON.
   */
  readonly step: <Value extends JsonLike>(
    name: string,
    work: () => Value | Promise<Value>,
  ) => Promise<Value>;
  /** A number in [0, 1) that is the same whenever the line runs again. */
  readonly random: () => number;
  /** Time of the first run of the line, in ms since the epoch. */
  readonly now: () => number;
  /** Writes into the log of the run. */
  readonly log: (text: string) => void;
}

export type LinePrompt = string | readonly ChatTurn[];

export interface ChatTurn {
  readonly role: "system" | "user" | "assistant";
  readonly content: JsonValue;
}

/** The answer of a model. */
export interface Reply {
  /** The response as text. */
  readonly text: string;
  readonly response: JsonValue;
  /** Tokens and other facts, as the completed file has them. */
  readonly facts: JsonObject;
}

/** A value that JSON has. An interface of it fits too. */
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

/** A call failed for good. `type` is the kind of the failure, such as `permanent`. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}
