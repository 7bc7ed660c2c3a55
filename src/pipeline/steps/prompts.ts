/** Makes the prompts of model steps from a row. */
import type { Row } from "../../domain/graph/graph.js";
import { RowError } from "../../domain/graph/walk/step-value.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Prompt } from "../../domain/record/prompt-record.js";
import type {
  ChatGenerationDefinition,
  StructuredOutputDefinition,
  TemplateDefinition,
  TextGenerationDefinition,
} from "../definition/definition.js";
import { rowTemplate } from "../templates/row-template.js";

export function instructionPrompt({ system_prompt }: TextGenerationDefinition, row: Row): Prompt {
  return withSystem(textIn(row, "instruction"), ownSystem(row) ?? system_prompt);
}

export function templatePrompt({ template, system_prompt }: TemplateDefinition, row: Row): Prompt {
  return withSystem(rowTemplate(template).render(row), system_prompt);
}

/**
 * Returns the prompt of a structured output. The system prompt of a row belongs to its instruction,
 * so a template uses only the step's system prompt.
 */
export function structuredPrompt(definition: StructuredOutputDefinition, row: Row): Prompt {
  const { schema, template, system_prompt } = definition;
  const text =
    template === undefined ? textIn(row, "instruction") : rowTemplate(template).render(row);
  const system = template === undefined ? (ownSystem(row) ?? system_prompt) : system_prompt;
  const rule = `Answer with JSON alone, which fits this JSON Schema:\n${JSON.stringify(schema)}`;
  return withSystem(`${text}\n\n${rule}`, system);
}

export function chatPrompt({ system_prompt }: ChatGenerationDefinition, row: Row): Prompt {
  const messages = row["messages"];
  const isChat = isJsonArray(messages) && messages.length > 0 && messages.every(isMessage);
  if (!isChat) {
    throw new RowError(
      "WrongInput",
      `Expected \`messages\` to be a list of objects with \`role\` and \`content\`, got ${shown(messages)}.`,
    );
  }
  const last = messages.at(-1)?.["role"];
  if (last !== "user") {
    throw new RowError(
      "WrongInput",
      `Expected \`messages\` to end with the user's message, got one of ${JSON.stringify(last)}.`,
    );
  }
  const hasSystem = messages[0]?.["role"] === "system";
  if (hasSystem || system_prompt === undefined) return messages;
  return [{ role: "system", content: system_prompt }, ...messages];
}

function isMessage(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && typeof value["role"] === "string" && "content" in value;
}

function textIn(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new RowError("WrongInput", `Expected \`${column}\` to be text, got ${shown(value)}.`);
}

function ownSystem(row: Row): string | undefined {
  const value = row["system_prompt"];
  return value === undefined || value === null || value === ""
    ? undefined
    : textIn(row, "system_prompt");
}

function withSystem(text: string, system: string | undefined): Prompt {
  if (system === undefined || system === "") return text;
  return [
    { role: "system", content: system },
    { role: "user", content: text },
  ];
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 100);
}
