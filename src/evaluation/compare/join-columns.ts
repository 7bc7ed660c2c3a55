import type { Comparison } from "../../domain/scores/comparison.js";
import type { ScoredColumns } from "../scorers/scored-columns.js";

/** The places of one record in the two files. */
export interface PlacePair {
  readonly first: number;
  readonly second: number;
}

export interface Join extends Pick<Comparison, "joinedBy" | "reason" | "onlyFirst" | "onlySecond"> {
  readonly pairs: readonly PlacePair[];
}

/**
 * Joins records by id if all have a unique one, otherwise by prompt if all have a unique one,
 * otherwise by position.
 */
export function joinColumns(first: ScoredColumns, second: ScoredColumns): Join {
  const noIds = faultOf("id", first.ids, second.ids);
  if (noIds === undefined) {
    return { joinedBy: "id", ...joinBy(({ ids }, place) => ids[place], first, second) };
  }
  const noPrompts = faultOf("prompt", first.prompts, second.prompts);
  if (noPrompts === undefined) {
    const join = joinBy(({ prompts }, place) => prompts[place], first, second);
    return { joinedBy: "prompt", reason: noIds, ...join };
  }
  // Two files of the same input are in the same order.
  const join = joinBy((_, place) => place, first, second);
  return { joinedBy: "position", reason: `${noIds} ${noPrompts}`, ...join };
}

/** The record's id, or its line. */
export function labelOf({ ids }: ScoredColumns, place: number): string {
  const id = ids[place];
  if (id === undefined) return lineAt(place);
  return id.startsWith('"') ? (JSON.parse(id) as string) : id;
}

type Values = readonly (string | undefined)[];

/** The reason why the id or prompt does not identify records, in a sentence. */
function faultOf(what: "id" | "prompt", first: Values, second: Values): string | undefined {
  for (const [name, values] of [["first", first] as const, ["second", second] as const]) {
    const seen = new Map<string, number>();
    for (const [place, value] of values.entries()) {
      const at = `${lineAt(place)} of the ${name} file`;
      if (value === undefined) return `There is no ${what} in ${at}.`;
      const before = seen.get(value);
      if (before !== undefined) return `The ${what} of ${lineAt(before)} comes again in ${at}.`;
      seen.set(value, place);
    }
  }
  return undefined;
}

function lineAt(place: number): string {
  return `line ${place + 1}`;
}

type KeyOf = (columns: ScoredColumns, place: number) => string | number | undefined;

function joinBy(
  keyOf: KeyOf,
  first: ScoredColumns,
  second: ScoredColumns,
): Pick<Join, "pairs" | "onlyFirst" | "onlySecond"> {
  const open = new Map([...second.ids.keys()].map((place) => [keyOf(second, place), place]));
  const pairs: PlacePair[] = [];
  const onlyFirst: string[] = [];
  for (const place of first.ids.keys()) {
    const key = keyOf(first, place);
    const other = open.get(key);
    if (other === undefined) onlyFirst.push(labelOf(first, place));
    else pairs.push({ first: place, second: other });
    open.delete(key);
  }
  const onlySecond = [...open.values()].map((place) => labelOf(second, place));
  return { pairs, onlyFirst, onlySecond };
}
