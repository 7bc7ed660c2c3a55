import type { Comparison } from "../domain/comparison.js";
import type { ScoredEntry } from "./read-scored-entries.js";

export interface EntryPair {
  /** The record's id, or its line in the first file. */
  readonly label: string;
  readonly first: ScoredEntry;
  readonly second: ScoredEntry;
}

export interface Join extends Pick<Comparison, "joinedBy" | "reason" | "onlyFirst" | "onlySecond"> {
  readonly pairs: readonly EntryPair[];
}

/** By id, where all have one of their own; else by prompt, where all have one of their own; else by position. */
export function joinEntries(first: readonly ScoredEntry[], second: readonly ScoredEntry[]): Join {
  const noIds = faultOf("id", first, second);
  if (noIds === undefined) return { joinedBy: "id", ...joinBy(({ id }) => id, first, second) };
  const noPrompts = faultOf("prompt", first, second);
  if (noPrompts === undefined) {
    return { joinedBy: "prompt", reason: noIds, ...joinBy(({ prompt }) => prompt, first, second) };
  }
  // Two files of the same input are in the same order.
  const places = new Map([first, second].flatMap((list) => list.map((entry, at) => [entry, at])));
  const reason = `${noIds} ${noPrompts}`;
  return {
    joinedBy: "position",
    reason,
    ...joinBy((entry) => `${places.get(entry) ?? ""}`, first, second),
  };
}

/** Why the records can't be told apart by it, in a sentence. */
function faultOf(
  key: "id" | "prompt",
  first: readonly ScoredEntry[],
  second: readonly ScoredEntry[],
): string | undefined {
  for (const [name, entries] of [["first", first] as const, ["second", second] as const]) {
    const seen = new Map<string, number>();
    for (const entry of entries) {
      const value = entry[key];
      const at = `line ${entry.line.toString()} of the ${name} file`;
      if (value === undefined) return `There is no ${key} in ${at}.`;
      const before = seen.get(value);
      if (before !== undefined)
        return `The ${key} of line ${before.toString()} comes again in ${at}.`;
      seen.set(value, entry.line);
    }
  }
  return undefined;
}

function joinBy(
  keyOf: (entry: ScoredEntry) => string | undefined,
  first: readonly ScoredEntry[],
  second: readonly ScoredEntry[],
): Pick<Join, "pairs" | "onlyFirst" | "onlySecond"> {
  const open = new Map(second.map((entry) => [keyOf(entry), entry]));
  const pairs: EntryPair[] = [];
  const onlyFirst: string[] = [];
  for (const entry of first) {
    const other = open.get(keyOf(entry));
    if (other) pairs.push({ label: labelOf(entry), first: entry, second: other });
    else onlyFirst.push(labelOf(entry));
    open.delete(keyOf(entry));
  }
  return { pairs, onlyFirst, onlySecond: [...open.values()].map(labelOf) };
}

function labelOf({ id, line }: ScoredEntry): string {
  if (id === undefined) return `line ${line.toString()}`;
  return id.startsWith('"') ? (JSON.parse(id) as string) : id;
}
