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
 * otherwise by position. Unique ids of which none is in both give way to prompts that are.
 */
export function joinColumns(first: ScoredColumns, second: ScoredColumns): Join {
  const noIds = faultOf("id", first, second);
  const byId = joinBy(({ ids }, place) => ids[place], first, second);
  if (noIds === undefined && byId.pairs.length > 0) return { joinedBy: "id", ...byId };
  const noPrompts = faultOf("prompt", first, second);
  const byPrompt = joinBy(({ prompts }, place) => prompts[place], first, second);
  if (noIds === undefined) {
    if (noPrompts !== undefined || byPrompt.pairs.length === 0) return { joinedBy: "id", ...byId };
    return { joinedBy: "prompt", reason: "No id is in both.", ...byPrompt };
  }
  if (noPrompts === undefined) return { joinedBy: "prompt", reason: noIds, ...byPrompt };
  // Two files of the same input are in the same order.
  const byPosition = joinBy((_, place) => place, first, second);
  return { joinedBy: "position", reason: `${noIds} ${noPrompts}`, ...byPosition };
}

/** The record's id, or its line. */
export function labelOf(columns: ScoredColumns, place: number): string {
  const id = columns.ids[place];
  if (id === undefined) return lineAt(columns, place);
  return id.startsWith('"') ? (JSON.parse(id) as string) : id;
}

/** The reason why the id or prompt does not identify records, in a sentence. */
function faultOf(
  what: "id" | "prompt",
  first: ScoredColumns,
  second: ScoredColumns,
): string | undefined {
  for (const columns of [first, second]) {
    const seen = new Map<string, number>();
    for (const [place, value] of (what === "id" ? columns.ids : columns.prompts).entries()) {
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
