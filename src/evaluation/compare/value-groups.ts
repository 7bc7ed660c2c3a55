import { hintOf } from "../../domain/nearest-match.js";
import type { JsonObject } from "../../domain/json/json.js";
import { UserError } from "../../domain/failure/user-error.js";
import { modelOf } from "../scorers/model-of.js";

export interface ValuesOfKey {
  /** Key of the groups: `model`, or a key of the records. */
  readonly by: string;
  /** Value with which all other values are compared. @default the value of the first record */
  readonly baseline?: string;
}

/** Records of one file, grouped by the value of a key. */
export interface ValueGroups<Group> {
  /**
   * Returns the group of a record, which is created at its first record. `undefined` for a record
   * without the key.
   */
  readonly of: (record: JsonObject) => Group | undefined;
  /**
   * Returns the group of the baseline, and all other groups in the order in which they occurred.
   * Throws a `UserError` for fewer than two groups, and for a baseline that does not exist.
   */
  readonly all: () => {
    readonly baseline: NamedGroup<Group>;
    readonly others: readonly NamedGroup<Group>[];
  };
}

export interface NamedGroup<Group> {
  readonly value: string;
  readonly group: Group;
}

/** Maximum number of values. More values are ids or measurements, not variants of an experiment. */
const mostValues = 50;

export function createValueGroups<Group>(
  { by, baseline }: ValuesOfKey,
  make: (value: string) => Group,
): ValueGroups<Group> {
  const groups = new Map<string, Group>();
  return {
    of(record) {
      const value = valueOf(record, by);
      if (value === undefined) return undefined;
      const known = groups.get(value);
      if (known !== undefined) return known;
      if (groups.size === mostValues) throw tooMany(by);
      const group = make(value);
      groups.set(value, group);
      return group;
    },
    all() {
      const values = [...groups.keys()];
      if (values.length < 2) throw tooFew(by, values);
      const wanted = baselineOf(values, by, baseline);
      const named = [...groups].map(([value, group]) => ({ value, group }));
      const base = named.find(({ value }) => value === wanted);
      if (!base) throw new Error(`Expected records of ${wanted}.`);
      return { baseline: base, others: named.filter((each) => each !== base) };
    },
  };
}

/** Returns the `<api>/<model>`, or the value of a key as text. */
function valueOf(record: JsonObject, by: string): string | undefined {
  if (by === "model") return modelOf(record);
  const value = Object.hasOwn(record, by) ? record[by] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Returns the baseline. A model may be named without its API. */
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
