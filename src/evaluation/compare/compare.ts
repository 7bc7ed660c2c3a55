import type { Comparison, ComparedScore, ScoreChange } from "../../domain/scores/comparison.js";
import { createPairedSample } from "../../domain/statistics/paired-sample.js";
import { joinColumns, labelOf } from "./join-columns.js";
import type { PlacePair } from "./join-columns.js";
import { createScoredColumns, scoredLines } from "../scorers/scored-columns.js";
import type { ScoredColumns } from "../scorers/scored-columns.js";

/**
 * Compares the scores of two completed files record by record.
 *
 * @param keys as for `createScoredColumns`
 */
export async function compareLines(
  files: readonly [first: AsyncIterable<string>, second: AsyncIterable<string>],
  keys: readonly string[] = [],
): Promise<Comparison> {
  const first = createScoredColumns("the first file", keys);
  for await (const line of scoredLines(files[0])) first.add(line);
  const second = createScoredColumns("the second file", keys);
  for await (const line of scoredLines(files[1])) second.add(line);
  return compareColumns(first, second);
}

/** Compares the scores of two sets of lines record by record. */
export function compareColumns(first: ScoredColumns, second: ScoredColumns): Comparison {
  const { pairs, ...join } = joinColumns(first, second);
  const scorers = new Set([...first.scores.keys(), ...second.scores.keys()]);
  const compared = [...scorers].map((scorer) =>
    compareScores(scorer, {
      pairs,
      first: first.scores.get(scorer) ?? [],
      second: second.scores.get(scorer) ?? [],
      label: ({ first: place }) => labelOf(first, place, join.joinedBy),
    }),
  );
  return {
    ...join,
    pairs: pairs.length,
    scores: compared
      .map(({ score }) => score)
      .sort((one, other) => (one.difference ?? Infinity) - (other.difference ?? Infinity)),
    changes: compared
      .flatMap(({ changes }) => changes)
      .sort((one, other) => one.difference - other.difference),
  };
}

interface ScoredPairs {
  readonly pairs: readonly PlacePair[];
  /** Scores by index, as in `ScoredColumns`. */
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly label: (pair: PlacePair) => string;
}

function compareScores(
  scorer: string,
  { pairs, first, second, label }: ScoredPairs,
): { readonly score: ComparedScore; readonly changes: readonly ScoreChange[] } {
  const sample = createPairedSample();
  // TypeScript infers no item type for an empty list.
  const unscored = { first: [] as string[], second: [] as string[] };
  const changes: ScoreChange[] = [];
  let worse = 0;
  for (const pair of pairs) {
    const before = first[pair.first] ?? NaN;
    const after = second[pair.second] ?? NaN;
    if (isNaN(before)) unscored.first.push(label(pair));
    if (isNaN(after)) unscored.second.push(label(pair));
    if (isNaN(before) || isNaN(after)) continue;
    sample.add(before, after);
    if (before === after) continue;
    const difference = after - before;
    if (difference < 0) worse += 1;
    changes.push({ record: label(pair), scorer, first: before, second: after, difference });
  }
  const { count: compared = 0, ...estimate } = sample.estimate() ?? {};
  const counts = { worse, same: compared - changes.length, better: changes.length - worse };
  return { score: { scorer, compared, ...estimate, ...counts, unscored }, changes };
}
