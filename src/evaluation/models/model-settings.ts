import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../../domain/failure/error-code.js";
import { errorText } from "../../domain/failure/error-text.js";
import { membersOf, objectTextOf } from "../../domain/json/json-members.js";
import type { JsonMembers } from "../../domain/json/json-members.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import type { JsonValue } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";
import { hintOf, nearestMatch } from "../../domain/nearest-match.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { UserError } from "../../domain/failure/user-error.js";

/** Role of the models in a folder's settings.json. */
export type ModelRole = "judge" | "rephrase model";

/** A judge or rephrase model: its name, and the keys that all its records have. */
export interface ModelSettings {
  readonly name: string;
  readonly members: JsonMembers;
  /** For a judge: key of the expected answer in the records. @default "expected_response" */
  readonly expected?: string;
}

/**
 * Reads the models of a folder's `settings.json`: by name, objects with `api`, `model_name`,
 * `parameters` and other keys of a record. Checks all models, even unused ones. Throws a
 * `UserError` for an invalid file or model.
 */
export async function readModelSettings(
  folder: string,
  role: ModelRole,
): Promise<ReadonlyMap<string, ModelSettings>> {
  const path = join(folder, "settings.json");
  const text = await readText(path, `the settings of each ${role}`);
  const settings = objectOf(text, path, `one object with the settings of each ${role} by its name`);
  const models = new Map<string, ModelSettings>();
  for (const [name, value] of membersOf(settings)) {
    const where = `${role} ${JSON.stringify(name)} in ${JSON.stringify(path)}`;
    const object = onOneLine(objectOf(value, where, "an object"));
    const members = checked(object, where, role);
    models.set(name, { name, members, ...(role === "judge" && expectedIn(members, where)) });
  }
  return models;
}

/**
 * Puts JSON on one line, because the values become part of a line. In valid JSON, line ends stand
 * only between values.
 */
function onOneLine(json: string): string {
  return json.replaceAll(/\s*[\r\n]\s*/g, " ");
}

/**
 * Returns the chosen models of a folder, in the chosen order. Throws a `UserError` for an unknown
 * model.
 */
export function chooseModels(
  models: ReadonlyMap<string, ModelSettings>,
  names: readonly string[],
  { folder, role }: { readonly folder: string; readonly role: ModelRole },
): readonly ModelSettings[] {
  const known = [...models.keys()];
  return names.map((name) => {
    const model = models.get(name);
    if (model) return model;
    throw new UserError(
      `Expected the ${role} ${JSON.stringify(name)} in ${JSON.stringify(join(folder, "settings.json"))}, found none. ${hintOf(name, known)}`,
    );
  });
}

/** Makes a sample record of the model, which is checked before anything is sent. */
export function sampleRecord({ members }: ModelSettings): PromptRecord {
  const text = objectTextOf(new Map([...members, ["prompt", '"a sample"']]));
  // checked() has verified all keys of the record except its prompt.
  return parseJsonText(text) as PromptRecord;
}

/** @param what description of the contents, for the message */
export async function readText(path: string, what: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
  } catch (error) {
    const got = errorCode(error) === "ENOENT" ? "found none" : `got: ${errorText(error)}`;
    throw new UserError(
      `Expected a file with ${what} at ${JSON.stringify(path)}, ${got}. Check the path.`,
      { cause: error },
    );
  }
}

function refuseMistyped(keys: readonly string[], where: string, role: ModelRole): void {
  const known = role === "judge" ? knownOfJudges : knownKeys;
  for (const key of keys.filter((each) => !known.includes(each))) {
    const meant = meantKey(
      key,
      known.filter((each) => !keys.includes(each)),
    );
    if (meant === undefined) continue;
    throw new UserError(`Unknown key \`${key}\` of the ${where}. Did you mean \`${meant}\`?`);
  }
}

function meantKey(key: string, known: readonly string[]): string | undefined {
  if (parameterNames.has(key)) return `"parameters": {"${key}": …}`;
  if (key === "model" && known.includes("model_name")) return "model_name";
  return nearestMatch(key, known);
}

function objectOf(text: string, where: string, what: string): string {
  if (isJsonObject(parsed(text, where, what))) return text;
  throw new UserError(`Expected ${what}, got ${text.trim().slice(0, 40)} for ${where}.`);
}

function parsed(text: string, where: string, what: string): JsonValue {
  try {
    return parseJsonText(text);
  } catch (error) {
    throw new UserError(`Expected ${what} in ${JSON.stringify(where)}, got: ${errorText(error)}.`, {
      cause: error,
    });
  }
}

/**
 * Keys of a model. All other keys go into the records, as in prompto, unless they are meant for
 * something else.
 */
const knownKeys = ["api", "model_name", "parameters", "group"];
const knownOfJudges = [...knownKeys, "parse", "expected"];
/** Names of parameters that users put beside `parameters` by mistake, where no API gets them. */
const parameterNames: ReadonlySet<string> = new Set([
  ...["temperature", "top_p", "top_k", "max_tokens", "max_completion_tokens", "max_output_tokens"],
  ...["n", "seed", "stop", "presence_penalty", "frequency_penalty", "response_format", "system"],
]);

function checked(text: string, where: string, role: ModelRole): JsonMembers {
  const members = membersOf(text);
  refuseMistyped([...members.keys()], where, role);
  for (const key of ["api", "model_name", "parameters"]) {
    if (!members.has(key)) throw new UserError(`Expected \`${key}\` for the ${where}, found none.`);
  }
  for (const key of ["api", "model_name"]) {
    const value = parseJsonText(members.get(key) ?? "");
    if (typeof value === "string" && value !== "") continue;
    throw new UserError(
      `Expected \`${key}\` to be a text for the ${where}, got ${JSON.stringify(value)}.`,
    );
  }
  if (!isJsonObject(parseJsonText(members.get("parameters") ?? ""))) {
    throw new UserError(`Expected \`parameters\` to be an object for the ${where}.`);
  }
  return members;
}

function expectedIn(members: JsonMembers, where: string): Pick<ModelSettings, "expected"> {
  const text = members.get("expected");
  if (text === undefined) return {};
  const expected = parseJsonText(text);
  if (typeof expected === "string" && expected !== "") return { expected };
  throw new UserError(
    `Expected \`expected\` to be the name of a key for the ${where}, got ${text}.`,
  );
}
