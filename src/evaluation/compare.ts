import type { Comparison, ComparedScore, ScoreChange } from "../domain/comparison.js";
import { createPairedSample } from "../domain/statistics/paired-sample.js";
import { joinEntries } from "./join-entries.js";
import { readScoredEntries, type ScoredLines } from "./read-scored-entries.js";

/**
 * Compares the scores of two completed files record by record.
 *
 * @param keys as for `readScoredEntries`
 */
export async function compareLines(
  files: readonly [first: ScoredLines, second: ScoredLines],
  keys: readonly string[] = [],
): Promise<Comparison> {
  const first = await readScoredEntries(files[0], keys);
  const second = await readScoredEntries(files[1], keys);
  const { pairs, ...join } = joinEntries(first, second);
  const scorers = new Set([...first, ...second].flatMap(({ scores }) => [...scores.keys()]));
  const scores = [...scorers].map((scorer) => compareScores(scorer, pairs));
  const changes = [...scorers].flatMap((scorer) => changesOf(scorer, pairs));
  return {
    ...join,
    pairs: pairs.length,
    scores: scores.sort(
      (one, other) => (one.difference ?? Infinity) - (other.difference ?? Infinity),
    ),
    changes: changes.sort((one, other) => one.difference - other.difference),
  };
}

type Pairs = ReturnType<typeof joinEntries>["pairs"];

function compareScores(scorer: string, pairs: Pairs): ComparedScore {
  const sample = createPairedSample();
  const counts = { worse: 0, same: 0, better: 0 };
  const unscored = { first: [] as string[], second: [] as string[] };
  for (const { label, first, second } of pairs) {
    const [before, after] = [first.scores.get(scorer), second.scores.get(scorer)];
    if (before === undefined) unscored.first.push(label);
    if (after === undefined) unscored.second.push(label);
    if (before === undefined || after === undefined) continue;
    sample.add(before, after);
    if (after < before) counts.worse += 1;
    else if (after > before) counts.better += 1;
    else counts.same += 1;
  }
  const { count: compared = 0, ...estimate } = sample.estimate() ?? {};
  return { scorer, compared, ...estimate, ...counts, unscored };
}

function changesOf(scorer: string, pairs: Pairs): ScoreChange[] {
  return pairs.flatMap(({ label, first, second }) => {
    const [before, after] = [first.scores.get(scorer), second.scores.get(scorer)];
    if (before === undefined || after === undefined || before === after) return [];
    return [{ record: label, scorer, first: before, second: after, difference: after - before }];
  });
}
