import { countOf, countText } from "../../domain/count-text.js";
import type { Comparison, JoinKey } from "../../domain/scores/comparison.js";
import type { ScoredColumns } from "../scorers/scored-columns.js";

/** Indexes of one record in the two files. */
export interface PlacePair {
  readonly first: number;
  readonly second: number;
}

export interface Join extends Pick<
  Comparison,
  "joinedBy" | "reason" | "differentPrompts" | "onlyFirst" | "onlySecond"
> {
  readonly pairs: readonly PlacePair[];
}

/**
 * Joins records by id. If ids do not identify the records or contradict the prompts, joins by
 * prompt. If ids or prompts repeat in a file, joins by them together with the model. If these pairs
 * repeat too, joins by position.
 */
export function joinColumns(first: ScoredColumns, second: ScoredColumns): Join {
  const ids = tryKeys(["id", "id and model"], first, second);
  const prompts = tryKeys(["prompt", "prompt and model"], first, second);
  if (ids.join && prompts.join) {
    const differing = differingPairs([first, second], ids.join, prompts.join.joinedBy);
    return idsOrPrompts(ids.join, prompts.join, differing);
  }
  if (ids.join) return ids.join;
  if (prompts.join) return { ...prompts.join, reason: ids.fault };
  // Two files of the same input usually have the same order.
  return { ...joinBy("position", first, second), reason: `${ids.fault} ${prompts.fault}` };
}

/**
 * Returns the record's id, or its line. Adds its model if the id alone does not identify the
 * record.
 */
export function labelOf(columns: ScoredColumns, place: number, joinedBy: JoinKey): string {
  const id = columns.ids[place];
  const model = columns.models[place];
  if (id === undefined) return lineAt(columns, place);
  const text = id.startsWith('"') ? (JSON.parse(id) as string) : id;
  return isWithModel(joinedBy) && model !== undefined ? `${text} (${model})` : text;
}

/**
 * Chooses ids or prompts. The ids are chosen, unless an id has different prompts and a prompt is in
 * both files under different ids. Ids that are line numbers do that after a line was inserted. An
 * edited prompt is in one file only.
 *
 * @param differing number of pairs joined by ids that the prompts would not join
 */
function idsOrPrompts(ids: Join, prompts: Join, differing: number): Join {
  const { joinedBy, pairs } = ids;
  if (pairs.length > 0 && differing === 0) return ids;
  if (prompts.pairs.length <= pairs.length - differing) return ids;
  const parts = prompts.joinedBy.replace("and", "or");
  const reason =
    pairs.length === 0
      ? `No ${joinedBy} is in both.`
      : `By ${joinedBy}, ${countText(differing)} of ${countOf(pairs.length, "pair")} would differ in ${parts}.`;
  return { ...prompts, reason };
}

type Attempt =
  | { readonly join: Join; readonly fault?: undefined }
  /** Reason in a sentence why none of the keys identifies records. */
  | { readonly join?: undefined; readonly fault: string };

/** Joins by the first of the keys that identifies the records of both files. */
function tryKeys(
  keys: readonly [JoinKey, JoinKey],
  first: ScoredColumns,
  second: ScoredColumns,
): Attempt {
  const [alone, withModel] = keys;
  const fault = faultOf(alone, first, second);
  if (fault === undefined) return { join: joinBy(alone, first, second) };
  const other = faultOf(withModel, first, second);
  if (other !== undefined) return { fault: other };
  return { join: { ...joinBy(withModel, first, second), reason: fault } };
}

/** Returns the reason in a sentence why a key does not identify records. */
function faultOf(key: JoinKey, first: ScoredColumns, second: ScoredColumns): string | undefined {
  const what = key.startsWith("id") ? "id" : "prompt";
  for (const columns of [first, second]) {
    const seen = new Map<string | number, number>();
    for (const place of columns.ids.keys()) {
      const value = keyAt(columns, place, key);
      const at = `${lineAt(columns, place)} of ${columns.name}`;
      if (value === undefined) return `There is no ${what} in ${at}.`;
      const before = seen.get(value);
      if (before !== undefined) {
        return `The ${what} of ${lineAt(columns, before)} comes again in ${at}.`;
      }
      seen.set(value, place);
    }
  }
  return undefined;
}

function lineAt({ lines }: ScoredColumns, place: number): string {
  return `line ${lines[place] ?? place + 1}`;
}

function isWithModel(key: JoinKey): boolean {
  return key === "id and model" || key === "prompt and model";
}

function keyAt(columns: ScoredColumns, place: number, key: JoinKey): string | number | undefined {
  if (key === "position") return place;
  const value = (key.startsWith("id") ? columns.ids : columns.prompts)[place];
  // The JSON of an id and the hash of a prompt contain no line break, so it can separate them from
  // the model.
  if (value === undefined || !isWithModel(key)) return value;
  return `${value}\n${columns.models[place] ?? ""}`;
}

function joinBy(joinedBy: JoinKey, first: ScoredColumns, second: ScoredColumns): Join {
  const places = [...second.ids.keys()];
  const open = new Map(places.map((place) => [keyAt(second, place, joinedBy), place]));
  const pairs: PlacePair[] = [];
  const onlyFirst: string[] = [];
  for (const place of first.ids.keys()) {
    const key = keyAt(first, place, joinedBy);
    const other = open.get(key);
    if (other === undefined) onlyFirst.push(labelOf(first, place, joinedBy));
    else pairs.push({ first: place, second: other });
    open.delete(key);
  }
  const onlySecond = [...open.values()].map((place) => labelOf(second, place, joinedBy));
  const differentPrompts = differingPairs([first, second], { pairs }, "prompt");
  return { joinedBy, pairs, differentPrompts, onlyFirst, onlySecond };
}

function differingPairs(
  [one, other]: readonly [ScoredColumns, ScoredColumns],
  { pairs }: Pick<Join, "pairs">,
  key: JoinKey,
): number {
  return pairs.filter(({ first, second }) => keyAt(one, first, key) !== keyAt(other, second, key))
    .length;
}
