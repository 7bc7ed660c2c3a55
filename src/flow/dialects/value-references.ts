/** `${env:NAME}` and `${file:path}` in the front matter of a prompty file. */
import { parse } from "yaml";
import { errorText } from "../../domain/failure/error-text.js";
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { DagFile } from "./dag-file.js";
import type { Path } from "./findings.js";

/**
 * Returns the value with its references replaced. Reports a problem for each reference without a
 * value.
 */
export async function withValueReferences(
  value: JsonValue,
  file: DagFile,
  path: Path = [],
): Promise<JsonValue> {
  if (typeof value === "string") return referenced(value, file, path);
  if (isJsonArray(value)) {
    const items: JsonValue[] = [];
    for (const [index, item] of value.entries()) {
      items.push(await withValueReferences(item, file, [...path, index]));
    }
    return items;
  }
  if (!isJsonObject(value)) return value;
  const entries: [string, JsonValue][] = [];
  for (const [key, item] of Object.entries(value)) {
    entries.push([key, await withValueReferences(item, file, [...path, key])]);
  }
  return Object.fromEntries(entries);
}

async function referenced(text: string, file: DagFile, path: Path): Promise<JsonValue> {
  const [, kind, name = ""] = /^\$\{(env|file):(.*)\}$/s.exec(text) ?? [];
  if (kind === "env") return variable(name, file, path) ?? text;
  return kind === "file" ? ((await fileValue(name, file, path)) ?? text) : text;
}

/**
 * Keys for the access to an API. They are read where a call is made, so they need no value here.
 */
const accessKeys = [
  "api_key",
  "api_version",
  "api_base",
  "azure_endpoint",
  "base_url",
  "organization",
];

function variable(name: string, { findings, options }: DagFile, path: Path): string | undefined {
  const value = options.environment?.[name];
  if (value === undefined && !accessKeys.includes(String(path.at(-1)))) {
    const message = `The environment variable ${name} is not set. Set it, or write the value into the file.`;
    findings.problem(path, message);
  }
  return value;
}

async function fileValue(
  name: string,
  { findings, folder }: DagFile,
  path: Path,
): Promise<JsonValue | undefined> {
  const text = await folder.text(name);
  if (text === undefined) {
    findings.problem(path, `The file ${name} does not exist in ${folder.folder}.`);
    return undefined;
  }
  if (!/\.(json|ya?ml)$/i.test(name)) return text;
  try {
    // YAML's core schema, which includes JSON, yields JSON values.
    return parse(text) as JsonValue;
  } catch (error) {
    findings.problem(
      path,
      `The file ${name} can't be read: ${errorText(error).split("\n")[0] ?? ""}.`,
    );
    return undefined;
  }
}
