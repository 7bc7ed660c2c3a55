import { open } from "node:fs/promises";
import { judgedLine } from "../domain/scores/judged-line.js";
import type { Rating } from "../domain/statistics/agreement.js";
import { createSample } from "../domain/statistics/sample.js";
import type { Estimate, Sample } from "../domain/statistics/sample.js";
import { agreementOf } from "./judge-agreement.js";
import type { Agreement } from "./judge-agreement.js";

/** What the verdicts of a judge run come to. */
export interface VerdictSummary {
  /** One for each judge and template, in the order of the file. */
  readonly rows: readonly VerdictRow[];
  /** Of at least two judges. */
  readonly agreement?: Agreement;
}

export interface VerdictRow {
  readonly judge: string;
  readonly template: string;
  readonly scored: number;
  /** Answers without a verdict: the judge's call failed, or its answer has none. */
  readonly unscored: number;
  /** Of verdicts that are numbers; absent where there is none. */
  readonly mean?: number;
  /** Of the mean, 95 %: Wilson's where every verdict is 0 or 1, else Student's t; absent of a single other number. */
  readonly interval?: Estimate["interval"];
  /** How often each label was given, in the order of their first. */
  readonly labels?: readonly { readonly label: string; readonly records: number }[];
}

/** The verdicts of a judge with a template, by the place of the answer among the judged ones. */
interface Column {
  readonly judge: string;
  readonly template: string;
  readonly ratings: (Rating | null)[];
}

/**
 * Reads a judge run's completed file once, line by line, and keeps the verdicts alone. `undefined` where it has none: no
 * line is a judge's, or no judge has `parse` in its settings.
 */
export async function summarizeVerdicts(path: string): Promise<VerdictSummary | undefined> {
  const file = await open(path);
  return verdictSummary(file.readLines());
}

/** The summary of a judge run's output lines. */
export async function verdictSummary(
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<VerdictSummary | undefined> {
  const columns = new Map<string, Column>();
  for await (const line of lines) {
    if (!line.includes('"template_name"')) continue;
    const judged = judgedLine(line);
    if (judged?.verdict === undefined) continue;
    const { judge, template, verdict } = judged;
    const key = JSON.stringify([judge, template]);
    const column = columns.get(key) ?? { judge, template, ratings: [] };
    columns.set(key, column);
    column.ratings.push(verdict);
  }
  if (columns.size === 0) return undefined;
  const all = [...columns.values()];
  const agreement = agreementOf(all);
  return { rows: all.map(rowOf), ...(agreement && { agreement }) };
}

function rowOf({ judge, template, ratings }: Column): VerdictRow {
  const sample: Sample = createSample();
  const labels = new Map<string, number>();
  let unscored = 0;
  for (const rating of ratings) {
    if (rating === null) unscored += 1;
    else if (typeof rating === "number") sample.add(rating);
    else labels.set(rating, (labels.get(rating) ?? 0) + 1);
  }
  const estimate = sample.estimate();
  return {
    ...{ judge, template, scored: ratings.length - unscored, unscored },
    ...(estimate && { mean: estimate.mean }),
    ...(estimate?.interval && { interval: estimate.interval }),
    ...(labels.size > 0 && {
      labels: [...labels].map(([label, records]) => ({ label, records })),
    }),
  };
}
