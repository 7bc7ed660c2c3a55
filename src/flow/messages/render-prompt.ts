/** Renders the prompt of an llm node for a line. */
import type { GraphFlow, LlmNode } from "../../domain/flow/flow.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Prompt } from "../../domain/record/prompt-record.js";
import { renderTemplate } from "../templates/flow-template.js";
import { chatMessages } from "./chat-messages.js";
import { guarded, guardedParts, withoutMarks } from "./guard-roles.js";
import { withImageLines, withImages } from "./images.js";

export interface ChatTemplate {
  readonly template: string;
  readonly inputs: JsonObject;
  /** Mode of the call. @default "chat" */
  readonly mode?: "chat" | "completion";
  /** Names of inputs whose text is an image. @default none */
  readonly imageInputs?: readonly string[];
}

/**
 * Renders a chat template to messages, or to one text. Throws a `RowError` if the template fails
 * for these inputs.
 */
export function renderChat({ template, inputs, mode, imageInputs = [] }: ChatTemplate): Prompt {
  if (mode === "completion") return renderTemplate(withImageLines(template), inputs);
  const replaced = withImages(inputs, imageInputs);
  const text = renderTemplate(withImageLines(template), replaced.inputs);
  return withoutMarks(chatMessages(text, replaced.images));
}

export interface RenderedPrompt {
  readonly prompt: Prompt;
  /** Parameters of the node, including those among its inputs. */
  readonly parameters: JsonObject;
}

/**
 * @param inputs inputs of the node
 * @param lineInputs inputs of the line. Role lines in them are plain text, even if a prompt node
 *   has rendered them.
 */
export function renderPrompt(
  flow: GraphFlow,
  node: LlmNode,
  { inputs, lineInputs }: { readonly inputs: JsonObject; readonly lineInputs: JsonObject },
): RenderedPrompt {
  const given = Object.entries(inputs);
  const isParameter = ([name]: readonly [string, JsonValue]): boolean =>
    node.parameterInputs?.includes(name) ?? false;
  const safe = given
    .filter((entry) => !isParameter(entry))
    .map(([name, value]) => [name, guardedInput(flow, node, { name, value, lineInputs })]);
  const prompt = renderChat({
    template: node.template,
    // An object made from JSON values is JSON.
    inputs: Object.fromEntries(safe) as JsonObject,
    mode: node.mode ?? "chat",
    imageInputs: imageInputsOf(flow, node),
  });
  const parameters = { ...node.parameters, ...Object.fromEntries(given.filter(isParameter)) };
  return { prompt, parameters };
}

interface NodeInput {
  readonly name: string;
  readonly value: JsonValue;
  readonly lineInputs: JsonObject;
}

function guardedInput(
  { nodes }: GraphFlow,
  { inputs, mode }: LlmNode,
  { name, value, lineInputs }: NodeInput,
): JsonValue {
  const source = inputs[name];
  if (mode === "completion" || !source || source.kind === "literal") return value;
  if (source.kind === "input") return guarded(value);
  const isPrompt = nodes.find((node) => node.name === source.node)?.kind === "prompt";
  return isPrompt && typeof value === "string" ? guardedParts(value, lineInputs) : value;
}

function imageInputsOf(flow: GraphFlow, { inputs }: LlmNode): readonly string[] {
  return Object.entries(inputs).flatMap(([name, value]) => {
    const isImage = value.kind === "input" && flow.inputs[value.input]?.type === "image";
    return isImage ? [name] : [];
  });
}
