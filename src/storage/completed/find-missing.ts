import { createHash } from "node:crypto";
import { resolve } from "node:path";

import { defined } from "../../domain/defined.js";
import { errorText } from "../../domain/failure/error-text.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";
import { parseExactJson } from "../../domain/json/exact-numbers.js";
import { endOfLine } from "../../domain/record/line-end.js";
import { UserError } from "../../domain/failure/user-error.js";
import { errorCode } from "../../domain/failure/error-code.js";
import { experimentLines } from "../input/experiment-lines.js";
import { isTable } from "../input/input-format.js";
import { readInputLines } from "../input/input-lines.js";
import type { InputLine } from "../input/input-lines.js";
import { writeAtomically } from "../files/write-atomically.js";
import { withoutTornEnd } from "../lines/without-torn-end.js";

export interface FindMissing {
  /** Input of an experiment, JSONL or CSV. */
  readonly input: string;
  /** Completed files of this input, from Ostinato or prompto, with lines in any order. */
  readonly outputs: readonly string[];
  /**
   * Key that identifies records.
   * @default `id`, `api`, `model_name`, `prompt`, `parameters` and `group` together. If several
   *   records have the same values, each of them needs an outcome.
   */
  readonly idKey?: string;
  /** Count failed records as done. @default false */
  readonly keepFailed?: boolean;
  /** Path of a JSONL file for the missing records, which is overwritten. @default no file */
  readonly out?: string;
}

export interface MissingRecord {
  /** Line number, starting at 1. For CSV, the row as in a spreadsheet. */
  readonly line: number;
  readonly id?: JsonValue;
  /** Reason. `failed`: the record has outcomes, but none is completed. */
  readonly reason: "failed" | "absent";
  /** Text of the record, as JSON. */
  readonly text: string;
}

export interface MissingSummary {
  readonly records: number;
  readonly missing: number;
  /** Number of the missing records that failed. */
  readonly failed: number;
}

/**
 * Finds the records of an input without a completed outcome in the outputs, in the order of the
 * input. Throws a `UserError` for an unreadable file, and for a record without the key.
 */
export async function findMissing(
  options: FindMissing,
  onMissing: (record: MissingRecord) => void | Promise<void> = () => undefined,
): Promise<MissingSummary> {
  const ends = await endsOf(options);
  const summary = { records: 0, missing: 0, failed: 0 };
  async function* texts(): AsyncGenerator<string> {
    for await (const line of linesOf(options.input)) {
      summary.records += 1;
      const found = missingOf(line, ends, options);
      if (!found) continue;
      summary.missing += 1;
      if (found.reason === "failed") summary.failed += 1;
      await onMissing(found);
      yield `${found.text}\n`;
    }
  }
  if (options.out === undefined) await drain(texts());
  else await writeAtomically(resolve(options.out), texts());
  return summary;
}

async function drain(items: AsyncIterator<unknown>): Promise<void> {
  while ((await items.next()).done !== true);
}

function missingOf(
  line: InputLine,
  ends: Map<string, Ends>,
  options: FindMissing,
): MissingRecord | undefined {
  const record = objectOf(line, options.input);
  const reason = reasonOf(ends, identityOf(record, options, line));
  if (reason === undefined) return undefined;
  const { id } = record;
  return { line: line.line, ...defined({ id }), reason, text: line.text };
}

/** Numbers of a record's outcomes that no record of the input has used. */
interface Ends {
  completed: number;
  failed: number;
}

async function endsOf(options: FindMissing): Promise<Map<string, Ends>> {
  const ends = new Map<string, Ends>();
  for (const path of options.outputs) {
    for await (const line of withoutTornEnd(linesOf(path, outputLines))) {
      const outcome = objectOf(line, path);
      const end = endOfLine(outcome);
      if (!end || (options.idKey !== undefined && outcome[options.idKey] === undefined)) continue;
      const identity = identityOf(outcome, options, line);
      const known = ends.get(identity) ?? { completed: 0, failed: 0 };
      known[end === "failed" && options.keepFailed === true ? "completed" : end] += 1;
      ends.set(identity, known);
    }
  }
  return ends;
}

function reasonOf(ends: Map<string, Ends>, identity: string): MissingRecord["reason"] | undefined {
  const known = ends.get(identity);
  if (!known) return "absent";
  if (known.completed > 0) {
    known.completed -= 1;
    return undefined;
  }
  if (known.failed === 0) return "absent";
  known.failed -= 1;
  return "failed";
}

const identityKeys = ["id", "api", "model_name", "prompt", "parameters", "group"] as const;

/**
 * Returns the identity of a record. It is short, because it is stored for each record of a file.
 */
function identityOf(record: JsonObject, { idKey, input }: FindMissing, line: InputLine): string {
  if (idKey === undefined) return digest(identityKeys.map((key) => record[key] ?? null));
  const id = record[idKey];
  if (id !== undefined) return digest([id]);
  throw new UserError(
    `Expected the key ${JSON.stringify(idKey)} in each record of ${JSON.stringify(input)}, found none in line ${line.line}. Name another key with --id, or leave it out.`,
  );
}

function digest(values: readonly JsonValue[]): string {
  return createHash("sha256").update(canonical(values)).digest("base64").slice(0, 22);
}

/** Returns a text that is equal for equal values, for any order of keys. */
function canonical(value: JsonValue | readonly JsonValue[]): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function outputLines(path: string): AsyncGenerator<InputLine> {
  return isTable(path) ? experimentLines(path) : readInputLines(path);
}

async function* linesOf(
  path: string,
  read: (path: string) => AsyncGenerator<InputLine> = experimentLines,
): AsyncGenerator<InputLine> {
  try {
    yield* read(path);
  } catch (error) {
    if (error instanceof UserError || errorCode(error) === undefined) throw error;
    throw new UserError(
      `Expected to read ${JSON.stringify(path)}, got: ${errorText(error)}. Check the path.`,
      { cause: error },
    );
  }
}

function objectOf(line: InputLine, path: string): JsonObject {
  try {
    const value = parseExactJson(line.text);
    if (isJsonObject(value)) return value;
  } catch {
    // The error below describes the problem.
  }
  throw new UserError(
    `Expected a JSON object in ${JSON.stringify(path)} line ${line.line}, got something else. Correct or remove the line.`,
  );
}
