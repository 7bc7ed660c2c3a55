/**
 * The calls of a dry run of a flow. Each call is recorded and answered by a model or a placeholder.
 */
import { errorText } from "../../domain/failure/error-text.js";
import type { Flow, FlowValue } from "../../domain/flow/flow.js";
import { valuesOf } from "../../domain/flow/reference.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Prompt } from "../../domain/record/prompt-record.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { LineAnswer, LineCall } from "../../executors/lines/executor.js";
import { askedCall } from "../../flow/line/asked-call.js";
import type { PromptyReading } from "../../flow/line/asked-call.js";
import type { CallsOfLine } from "../../flow/line/line-code.js";
import { lineAnswerOf, recordOf } from "../../flow/line/model-call.js";
import type { ModelAsk } from "../../flow/line/model-call.js";
import type { Ask } from "../pipeline/dry-walks.js";
import { tokensIn } from "../../providers/tokens/tokens-in.js";

/** A call of a dry run, with its answer or its error. */
export interface DryLineCall {
  /** Name of the node; `role.node` in a chat group. */
  readonly step: string;
  /** `<api>/<model>` */
  readonly target: string;
  readonly prompt: Prompt;
  readonly parameters: JsonObject;
  /** Number of tokens of the prompt, estimated with OpenAI's tokenizer. */
  readonly promptTokens: number;
  readonly response?: JsonValue;
  readonly error?: string;
}

export interface DryCallsOptions extends PromptyReading {
  readonly flow: Flow;
  /** Asks a model. If `undefined`, each answer is a placeholder. */
  readonly ask: Ask | undefined;
  /**
   * Text of a placeholder, or a function that returns it for a call. @default "<answer of
   * API/MODEL>"
   */
  readonly placeholder?: Placeholder;
}

export type Placeholder = string | ((record: PromptRecord) => string);

export class DryCalls implements CallsOfLine {
  readonly #options: DryCallsOptions;
  readonly #calls: DryLineCall[] = [];

  constructor(options: DryCallsOptions) {
    this.#options = options;
  }

  /** The calls in the order in which they were made. */
  get made(): readonly DryLineCall[] {
    return this.#calls;
  }

  async make(asked: ModelAsk, step: string): Promise<LineAnswer> {
    const record = recordOf(asked, this.#options);
    const { prompt, parameters } = asked;
    const target = targetOf(record);
    const promptTokens = await tokensIn(prompt);
    const call = { step, target, prompt: record.prompt, parameters, promptTokens };
    const place = this.#calls.push(call) - 1;
    const { ask } = this.#options;
    if (!ask) return { response: this.#placeholder(asked, step, record), facts: {} };
    try {
      const answer = await ask(record, step);
      this.#calls[place] = { ...call, response: answer.response };
      return lineAnswerOf(answer, asked);
    } catch (error) {
      this.#calls[place] = { ...call, error: errorText(error) };
      if (error instanceof RowError) throw error;
      throw new RowError("CallFailed", errorText(error), { cause: error });
    }
  }

  async ask(call: LineCall, step: string): Promise<LineAnswer> {
    const asked = await askedCall(call, this.#options);
    return asked.kind === "value" ? { response: asked.value } : this.make(asked, step);
  }

  /**
   * Returns the placeholder for a call. A JSON answer has the parts that the flow reads from it.
   */
  #placeholder({ json }: ModelAsk, step: string, record: PromptRecord): JsonValue {
    const { placeholder = `<answer of ${targetOf(record)}>` } = this.#options;
    const text = typeof placeholder === "string" ? placeholder : placeholder(record);
    if (!json) return text;
    return Object.fromEntries(partsOf(this.#options.flow, step).map((part) => [part, text]));
  }
}

/** Returns the first part of each path that a flow reads from a node's output. */
function partsOf(flow: Flow, step: string): readonly string[] {
  if (flow.kind === "code") return [];
  if (flow.kind === "chat") {
    return flow.roles.flatMap(({ role, flow: own }) =>
      step.startsWith(`${role}.`) ? partsOf(own, step.slice(role.length + 1)) : [],
    );
  }
  const read: readonly FlowValue[] = [
    ...flow.nodes.flatMap(valuesOf),
    ...Object.values(flow.outputs),
    ...(flow.result ? [flow.result] : []),
  ];
  return read.flatMap((value) => {
    const part = value.kind === "node" && value.node === step ? value.path[0] : undefined;
    return typeof part === "string" ? [part] : [];
  });
}
