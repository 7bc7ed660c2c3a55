import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, extname, resolve } from "node:path";
import { parse } from "yaml";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isPipelineModule, loadPipelineModule } from "../../pipeline/code/load-pipeline-module.js";
import { readDefinition as readText } from "../../pipeline/definition/definition-text.js";
import { parseSets, withParameters } from "../../pipeline/with-parameters.js";
import { DefinitionError } from "./definition-error.js";
import type { GivenPipeline } from "./given-pipeline.js";

export interface ReadOptions {
  /**
   * Values that override the definition and the parameters file, such as
   * `gpt.parameters.temperature=0.7`.
   */
  readonly sets?: readonly string[];
  /** YAML or JSON file with values by step. */
  readonly parametersFile?: string;
  /** SHA-256 of a URL's text, as hexadecimal digits. Required for a URL. */
  readonly sha256?: string;
}

/** A pipeline and its text, if there is one. */
export interface OpenedDefinition {
  readonly given: GivenPipeline;
  readonly text?: string;
}

/**
 * Reads a pipeline from a YAML or JSON file, from the URL of such a file, or from a TypeScript or
 * JavaScript module. Throws a `UserError` with every problem, by line.
 */
export async function readDefinition(
  file: string,
  options: ReadOptions = {},
): Promise<GivenPipeline> {
  return (await openDefinition(file, options)).given;
}

export async function openDefinition(
  file: string,
  options: ReadOptions = {},
): Promise<OpenedDefinition> {
  if (!isUrl(file) && isPipelineModule(file)) {
    const { definition, ...place } = await loadPipelineModule(file);
    return { given: { definition: await changed(definition, options), ...place } };
  }
  const { text, folder } = await textOf(file, options);
  const read = readText(text, basename(file, extname(file)));
  if (!read.definition) throw new DefinitionError(file, read.problems);
  return { given: { definition: await changed(read.definition, options), folder }, text };
}

function isUrl(file: string): boolean {
  return /^https?:\/\//.test(file);
}

async function changed(
  definition: GivenPipeline["definition"],
  { sets = [], parametersFile }: ReadOptions,
): Promise<GivenPipeline["definition"]> {
  const ofFile = parametersFile === undefined ? {} : await readParameters(parametersFile);
  return withParameters(withParameters(definition, ofFile), parseSets(sets));
}

async function readParameters(file: string): Promise<JsonObject> {
  const text = await readLocal(file);
  try {
    // YAML's core schema yields JSON values only.
    const value = parse(text) as JsonValue;
    if (isJsonObject(value)) return value;
  } catch (error) {
    throw new UserError(`${file} can't be read as YAML: ${errorText(error)}`);
  }
  throw new UserError(
    `Expected ${file} to have values by step, such as {"gpt": {"parameters": {"temperature": 0.7}}}.`,
  );
}

async function textOf(
  file: string,
  { sha256 }: ReadOptions,
): Promise<{ readonly text: string; readonly folder: string }> {
  if (isUrl(file)) {
    return { text: await readUrl(file, sha256), folder: resolve(".") };
  }
  if (/\.(ya?ml|json)$/i.test(file))
    return { text: await readLocal(file), folder: dirname(resolve(file)) };
  throw new UserError(
    `Expected a pipeline in a file that ends in .yaml, .yml, .json, .ts, .mts, .js or .mjs, got "${file}".`,
  );
}

async function readLocal(file: string): Promise<string> {
  try {
    return await readFile(resolve(file), "utf8");
  } catch (error) {
    throw new UserError(`"${file}" can't be read: ${errorText(error)}. Check the path.`);
  }
}

/** Reads a URL and compares its text with the hash, because the text of a URL may change. */
async function readUrl(url: string, sha256: string | undefined): Promise<string> {
  if (!/\.(ya?ml|json)$/i.test(new URL(url).pathname)) {
    throw new UserError(
      `URLs work only for YAML and JSON, not for code. Download ${url} and pass the file.`,
    );
  }
  const text = await download(url);
  const found = createHash("sha256").update(text).digest("hex");
  if (sha256 === undefined) {
    throw new UserError(
      `A URL needs the hash of its content. If you trust the current content, add --sha256 ${found}`,
    );
  }
  if (found === sha256.toLowerCase()) return text.toString("utf8");
  throw new UserError(
    `The text of ${url} has changed: its hash is ${found}, not that of --sha256. Read it, and give --sha256 ${found} if you trust it.`,
  );
}

async function download(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
    throw new Error(`status ${response.status}`);
  } catch (error) {
    throw new UserError(
      `${url} can't be downloaded: ${errorText(error)}. Check the URL and the network, or save the text as a file.`,
    );
  }
}
