/**
 * Overrides values of a definition for a run: `--set`, a parameters file, `run({ parameters })`.
 */
import { UserError } from "../domain/failure/user-error.js";
import { isJsonObject } from "../domain/json/json.js";
import type { JsonObject, JsonValue } from "../domain/json/json.js";
import { hintOf } from "../domain/nearest-match.js";
import { meantParameter } from "./check/meant-parameter.js";
import { mistypedText } from "./check/parameters.js";
import type { PipelineDefinition, StepDefinition } from "./definition/definition.js";
import { parseDefinition } from "./definition/parse-definition.js";
import { isModelStep } from "./steps/models.js";
import { parseIfJson } from "../domain/json/parse-json.js";

/**
 * Returns the definition with other values in its steps. Objects are merged; lists and all other
 * values are replaced. Throws a `UserError` with every unknown step, key and value.
 *
 * @param changes keys of each step, such as `{ gpt: { parameters: { temperature: 0.7 } } }`
 */
export function withParameters(
  definition: PipelineDefinition,
  changes: JsonObject,
): PipelineDefinition {
  const faults = Object.entries(changes).flatMap(([step, change]) =>
    changeFaults(definition, step, change),
  );
  // A definition consists of JSON.
  const steps = definition.steps as unknown as JsonObject;
  const known = Object.entries(changes).filter(([step]) => Object.hasOwn(steps, step));
  const merged = { ...definition, steps: merge(steps, Object.fromEntries(known)) };
  const parsed = parseDefinition(merged);
  const messages = [...faults, ...parsed.problems.map(({ message }) => message)];
  if (parsed.definition && messages.length === 0) return parsed.definition;
  throw new UserError(
    ["The parameters can't be set:", ...messages.map((line) => `  ${line}`)].join("\n"),
  );
}

function changeFaults(
  { steps }: PipelineDefinition,
  step: string,
  change: JsonValue,
): readonly string[] {
  const definition = Object.hasOwn(steps, step) ? steps[step] : undefined;
  if (!definition) return [`There is no step "${step}". ${hintOf(step, Object.keys(steps))}`];
  if (!isJsonObject(change)) {
    return [
      `Expected keys of the step "${step}", such as \`parameters\`, got ${JSON.stringify(change)}.`,
    ];
  }
  const { parameters } = change;
  return isJsonObject(parameters) ? mistyped(step, definition, Object.keys(parameters)) : [];
}

function mistyped(
  step: string,
  definition: StepDefinition,
  names: readonly string[],
): readonly string[] {
  const { parameters = {}, runtime_parameters: declared = [] } = definition;
  const options = {
    own: [...Object.keys(parameters), ...declared],
    isModel: isModelStep(definition),
  };
  return names.flatMap((name) => {
    const meant = meantParameter(name, options);
    return meant === undefined ? [] : [mistypedText(step, name, meant)];
  });
}

function merge(base: JsonObject, change: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...base };
  for (const [key, value] of Object.entries(change)) {
    const before = Object.hasOwn(base, key) ? base[key] : undefined;
    const isBoth = isJsonObject(value) && isJsonObject(before);
    merged[key] = isBoth ? merge(before, value) : value;
  }
  return merged;
}

/**
 * Parses texts such as `gpt.parameters.temperature=0.7` to changes for `withParameters`. A value is
 * JSON if it can be parsed, otherwise text. Throws a `UserError` for a text of another form.
 */
export function parseSets(texts: readonly string[]): JsonObject {
  return texts.reduce<JsonObject>((changes, text) => merge(changes, parseSet(text)), {});
}

function parseSet(text: string): JsonObject {
  const [, path = "", value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  const keys = path.split(".");
  if (keys.length < 2 || keys.includes("")) {
    throw new UserError(
      `Expected --set STEP.KEY=VALUE, such as gpt.parameters.temperature=0.7, got "${text}".`,
    );
  }
  // Each text has at least two keys, so the value is an object.
  return keys.reduceRight<JsonValue>(
    (inner, key) => ({ [key]: inner }),
    valueOf(value),
  ) as JsonObject;
}

function valueOf(text: string): JsonValue {
  const value = parseIfJson(text);
  return value === undefined ? text : value;
}
