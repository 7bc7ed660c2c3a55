/** Reads a request of a line's code: a prompt, a template to render, or a `.prompty` file. */
import { RowError } from "../../domain/graph/walk/step-value.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { LineCall, PromptyCall } from "../../executors/lines/executor.js";
import { readPromptyText } from "../dialects/read-flow.js";
import { problemText } from "../dialects/flow-reading.js";
import { renderChat, renderPrompt } from "../messages/render-prompt.js";
import type { RenderedPrompt } from "../messages/render-prompt.js";
import { renderTemplate } from "../templates/flow-template.js";
import { chatTokens } from "./chat-tokens.js";

/** A call, or a value that needs no call: the text of a template, or a number of tokens. */
export type AskedCall =
  | {
      readonly kind: "call";
      readonly llm: string;
      readonly prompt: JsonValue;
      readonly parameters: JsonObject;
      /** True if the answer is parsed as JSON. */
      readonly json: boolean;
    }
  | { readonly kind: "value"; readonly value: JsonValue };

/** Connections and APIs that calls may name. */
export interface PromptyReading {
  /** API for each connection. */
  readonly connections: Readonly<Record<string, string>>;
  readonly apis: readonly string[];
}

/** Prepares a call. Throws a `RowError` for a template or a file that cannot be read. */
export async function askedCall(call: LineCall, reading: PromptyReading): Promise<AskedCall> {
  if ("render" in call) return { kind: "value", value: renderTemplate(call.render, call.inputs) };
  if ("prompty" in call) return askedPrompty(call, reading);
  const { llm, parameters = {} } = call;
  const shared = { kind: "call", llm, json: false } as const;
  if ("prompt" in call) return { ...shared, prompt: call.prompt, parameters };
  return { ...shared, prompt: renderChat(call), parameters };
}

async function askedPrompty(
  { prompty, inputs, model = {}, countTokens = false }: PromptyCall,
  reading: PromptyReading,
): Promise<AskedCall> {
  const { flow, problems } = await readPromptyText({ ...prompty, model }, reading);
  const node = flow?.kind === "graph" ? flow.nodes[0] : undefined;
  if (flow?.kind !== "graph" || node?.kind !== "llm") {
    const text = problems.map(problemText).join("; ");
    throw new RowError("InvalidPrompty", `${prompty.file} can't be used: ${text}`);
  }
  const rendered = renderPrompt(flow, node, { inputs, lineInputs: inputs });
  if (countTokens) return { kind: "value", value: await tokensOf(rendered) };
  return { kind: "call", llm: node.llm, json: node.json === true, ...rendered };
}

/**
 * Returns the number of tokens, including the longest answer, as in promptflow: a model refuses a
 * call without room for it.
 */
async function tokensOf({ prompt, parameters }: RenderedPrompt): Promise<number> {
  const longest = parameters["max_tokens"];
  if (longest === undefined) return chatTokens(asJson(prompt));
  if (typeof longest === "number" && Number.isInteger(longest) && longest > 1) {
    return (await chatTokens(asJson(prompt))) + longest;
  }
  const text = `Expected \`max_tokens\` to be a whole number above 1, got ${JSON.stringify(longest)}.`;
  throw new RowError("InvalidPrompt", text);
}

/** Returns the prompt, which consists of JSON values. */
function asJson(prompt: RenderedPrompt["prompt"]): JsonValue {
  return typeof prompt === "string" ? prompt : [...prompt];
}
