import { readFile } from "node:fs/promises";
import { errorText } from "../../domain/failure/error-text.js";
import type { JsonValue } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";
import { layOutObject } from "../../domain/json/json-text.js";
import type { GivenRates, NamedRates } from "../../domain/rates/rates.js";
import { UserError } from "../../domain/failure/user-error.js";
import { meantRateWord, rateWords, readGivenRates } from "./given-rates.js";
import { parseJson } from "../../domain/json/parse-json.js";

/** The contents of the `--max-queries-json` file. */
export interface RateTable {
  /** Absolute path of the file. */
  readonly path: string;
  readonly rates: readonly NamedRates[];
  /** Line of each name in the file. */
  readonly lines: readonly RateLine[];
}

export interface RateLine {
  /** Name of a group or an API. */
  readonly name: string;
  /** Name of a model. Absent if the rates are for the whole group or API. */
  readonly model?: string;
  /** Line number, starting at 1. */
  readonly line: number;
}

/**
 * A member of an object in the file. If a key is repeated, the last value counts, at the position
 * of the first, as in Python.
 */
interface Entry {
  readonly key: string;
  readonly value: JsonValue;
  readonly line: number;
  /** Members of the value, if it is an object. */
  readonly members: readonly Entry[];
}

/**
 * Reads a rate table in prompto's form. Each group or API has a number of requests per minute, or
 * an object with one number per model. In place of a number, an object of rates is allowed. Throws
 * a `UserError` that names the line.
 */
export async function readRates(path: string): Promise<RateTable> {
  const text = (await readText(path)).replace(/^\uFEFF/, "");
  const value = parse(text, path);
  if (!isJsonObject(value)) {
    throw new UserError(
      `Expected ${path} to hold one JSON object such as {"openai": 500}, got ${JSON.stringify(value).slice(0, 60)}.`,
    );
  }
  const entries = entriesOf(text, { from: 0, to: text.length });
  return {
    path,
    rates: entries.map((entry) => namedRates(entry, path)),
    lines: entries.flatMap(({ key: name, line, members }) => [
      { name, line },
      ...members.map((member) => ({ name, model: member.key, line: member.line })),
    ]),
  };
}

function namedRates(entry: Entry, path: string): NamedRates {
  const { key: name, value, members } = entry;
  const at = { name: JSON.stringify(name), path, line: entry.line };
  const meant = /^[qrt]p[md]$/i.test(name) ? meantRateWord(name) : undefined;
  if (meant !== undefined || rateWords.includes(name)) {
    throw new UserError(
      `Expected the name of a group or an API in ${path}, line ${at.line}, got "${name}". ` +
        `Write the rates below a name: {"openai": {"${meant ?? name}": …}}.`,
    );
  }
  if (!isJsonObject(value) || members.some(({ key }) => rateWords.includes(key))) {
    return { name, rates: readGivenRates(value, at) };
  }
  return { name, models: members.map((member) => modelRates(member, name, path)) };
}

function modelRates(
  { key: model, value, line }: Entry,
  name: string,
  path: string,
): { readonly model: string; readonly rates: GivenRates } {
  const meant = meantRateWord(model);
  if (meant !== undefined) {
    throw new UserError(
      `Expected a model of "${name}" in ${path}, line ${line}, got "${model}". Did you mean "${meant}"?`,
    );
  }
  const at = { name: `"${model}" of "${name}"`, path, line };
  return { model, rates: readGivenRates(value, at) };
}

function entriesOf(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): readonly Entry[] {
  const entries = new Map<string, Entry>();
  const part = text.slice(from, to);
  for (const member of layOutObject(part).members) {
    const start = from + member.valueStart;
    const end = from + member.valueEnd;
    // This part of the text is valid JSON because the parser accepted the whole text.
    const value = parseJson(text.slice(start, end));
    const members = isJsonObject(value) ? entriesOf(text, { from: start, to: end }) : [];
    const line = lineAt(text, from + member.keyStart);
    entries.set(member.key, { key: member.key, value, line, members });
  }
  return [...entries.values()];
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason = errorText(error);
    throw new UserError(
      `Expected to read the rates of \`--max-queries-json\` from ${path}, got: ${reason}. Check the path.`,
      { cause: error },
    );
  }
}

function parse(text: string, path: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    const reason = errorText(error);
    const [, offset] = /at position (\d+)/.exec(reason) ?? [];
    const line = offset === undefined ? "" : `, line ${lineAt(text, Number(offset))}`;
    throw new UserError(
      `Expected JSON in ${path}${line}: ${reason}. Correct it, for instance to {"openai": 500}.`,
      { cause: error },
    );
  }
}
