import { computed } from "../computed.js";
import { defined } from "../defined.js";
import { estimateOf, joinSums } from "../statistics/sample.js";
import type { SampleSums } from "../statistics/sample.js";
import type { ScoreRow } from "./line-scoring.js";

/** The sums for a score row, as JSON. The sums of several processes can be joined. */
export interface ScoreSums extends Pick<ScoreRow, "scorer" | "model" | "group"> {
  readonly scored: number;
  readonly unscored: number;
  readonly sample: SampleSums;
  /** Number of records by the reason why they have no score. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Returns the score rows of several processes together. */
export function joinedRows(processes: readonly (readonly ScoreSums[])[]): readonly ScoreRow[] {
  const joined = new Map<string, ScoreSums>();
  for (const sums of processes.flat()) {
    const { scorer, model, group } = sums;
    const key = JSON.stringify([scorer, model ?? null, group ?? null]);
    const known = joined.get(key);
    joined.set(key, known ? join(known, sums) : sums);
  }
  return inOrder([...joined.values()]).map(scoreRowOf);
}

function join(one: ScoreSums, other: ScoreSums): ScoreSums {
  const reasons = { ...one.reasons };
  for (const [reason, count] of Object.entries(other.reasons)) {
    reasons[reason] = (reasons[reason] ?? 0) + count;
  }
  return {
    ...one,
    scored: one.scored + other.scored,
    unscored: one.unscored + other.unscored,
    sample: joinSums(one.sample, other.sample),
    reasons,
  };
}

/**
 * Returns the sums by scorer: first those over all records, then those of models, then those of
 * groups.
 */
export function inOrder(all: readonly ScoreSums[]): readonly ScoreSums[] {
  const scorers = new Map<string, ScoreSums[]>();
  for (const sums of all) computed(scorers, sums.scorer, () => []).push(sums);
  return [...scorers.values()].flatMap((own) =>
    own.sort((one, other) => rankOf(one) - rankOf(other)),
  );
}

function rankOf({ model, group }: ScoreSums): number {
  if (model !== undefined) return 1;
  return group === undefined ? 0 : 2;
}

export function scoreRowOf({ sample, reasons, ...row }: ScoreSums): ScoreRow {
  const estimate = estimateOf(sample);
  return {
    ...row,
    ...defined({ reason: mostFrequent(reasons) }),
    ...(estimate && { mean: estimate.mean }),
    ...(estimate?.interval && { interval: estimate.interval }),
  };
}

function mostFrequent(reasons: ScoreSums["reasons"]): string | undefined {
  let most: string | undefined;
  for (const [reason, count] of Object.entries(reasons)) {
    if (most === undefined || count > (reasons[most] ?? 0)) most = reason;
  }
  return most;
}
