import type { ValueComparison } from "../../domain/scores/comparison.js";
import { hintOf } from "../../domain/nearest-match.js";
import type { JsonObject } from "../../domain/json/json.js";
import { UserError } from "../../domain/failure/user-error.js";
import { createScoredColumns, scoredLines } from "../scorers/scored-columns.js";
import type { GrowingColumns } from "../scorers/scored-columns.js";
import { compareColumns } from "./compare.js";

export interface CompareValuesOptions {
  /** `model`, or a key of the records. */
  readonly by: string;
  /** The value with which all others are compared. @default that of the first record */
  readonly baseline?: string;
  /** As for `createScoredColumns`. */
  readonly keys?: readonly string[];
}

/** More values are ids or measurements, not variants of an experiment. */
const mostValues = 50;

/**
 * Compares the records of one file with each other: those of each value of a key with those of the
 * baseline, in the order in which the values occur. Throws a `UserError` if there are fewer than two
 * values or too many.
 */
export async function compareValues(
  texts: AsyncIterable<string>,
  { by, baseline, keys = [] }: CompareValuesOptions,
): Promise<readonly ValueComparison[]> {
  const columns = new Map<string, GrowingColumns>();
  for await (const line of scoredLines(texts)) {
    const value = valueOf(line.record, by);
    if (value === undefined) continue;
    let own = columns.get(value);
    if (!own) {
      own = createScoredColumns(value, keys);
      columns.set(value, own);
      if (columns.size > mostValues) throw tooMany(by);
    }
    own.add(line);
  }
  const values = [...columns.keys()];
  if (values.length < 2) throw tooFew(by, values);
  const first = baselineOf(values, by, baseline);
  const base = columns.get(first);
  if (!base) throw new Error(`Expected records of ${first}.`);
  return [...columns]
    .filter(([value]) => value !== first)
    .map(([second, other]) => ({ first, second, ...compareColumns(base, other) }));
}

/** `<api>/<model>`, or the value of a key as text. */
function valueOf(record: JsonObject, by: string): string | undefined {
  if (by === "model") return modelOf(record);
  const value = Object.hasOwn(record, by) ? record[by] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function modelOf(record: JsonObject): string | undefined {
  const { api, model_name: name } = record;
  const parts = [api, name].filter((part) => typeof part === "string");
  return parts.length === 0 ? undefined : parts.join("/");
}

/** A model may be named without its API. */
function baselineOf(values: readonly string[], by: string, baseline: string | undefined): string {
  const [first = ""] = values;
  if (baseline === undefined) return first;
  if (values.includes(baseline)) return baseline;
  const named =
    by === "model"
      ? values.filter((value) => value.split("/").slice(1).join("/") === baseline)
      : [];
  const [only] = named;
  if (named.length === 1 && only !== undefined) return only;
  const problem = named.length > 1 ? "has several APIs" : "is not in the file";
  throw new UserError(
    `The ${by} ${JSON.stringify(baseline)} of --baseline ${problem}. ${hintOf(baseline, named.length > 1 ? named : values)}`,
  );
}

function tooFew(by: string, [only]: readonly string[]): UserError {
  const found = only === undefined ? "no record has one" : `all have ${JSON.stringify(only)}`;
  return new UserError(
    `Expected records with two values of \`${by}\` or more, but ${found}. Compare two runs: \`ostinato compare A B\`.`,
  );
}

function tooMany(by: string): UserError {
  return new UserError(
    `Expected at most ${mostValues} values of \`${by}\`, got more. Name a key that few values share, e.g. --by model.`,
  );
}
