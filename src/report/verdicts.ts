import { defined } from "../domain/defined.js";
import { open } from "node:fs/promises";
import { computed } from "../domain/computed.js";
import { judgedLine } from "../domain/scores/judged-line.js";
import type { Rating } from "../domain/statistics/agreement.js";
import { createSample } from "../domain/statistics/sample.js";
import type { Estimate, Sample } from "../domain/statistics/sample.js";
import { agreementOf } from "./agreement-of.js";
import type { Agreement } from "./agreement-of.js";

/** Summary of the verdicts of a judge run. */
export interface VerdictSummary {
  /** One row per judge and template, in the order of the file. */
  readonly rows: readonly VerdictRow[];
  /** One row per judge, template and judged model. Set if several models were judged. */
  readonly byModel?: readonly VerdictRowOfModel[];
  /** Set for two or more judges. */
  readonly agreement?: Agreement;
}

export interface VerdictRow {
  readonly judge: string;
  readonly template: string;
  readonly scored: number;
  /**
   * Number of answers without a verdict: the judge's call failed, or its answer contains no
   * verdict.
   */
  readonly unscored: number;
  /** Mean of the numeric verdicts; absent if there are none. */
  readonly mean?: number;
  /**
   * 95 % interval of the mean: Wilson's if every verdict is 0 or 1, otherwise Student's t. Absent
   * for a single other number.
   */
  readonly interval?: Estimate["interval"];
  /** Number of answers per label, in the order in which the labels first occur. */
  readonly labels?: readonly { readonly label: string; readonly records: number }[];
}

export interface VerdictRowOfModel extends VerdictRow {
  /** `<api>/<model>` that gave the answers. */
  readonly model: string;
}

/** The verdicts of one judge with one template, by the index of the judged answer. */
interface Column {
  readonly judge: string;
  readonly template: string;
  readonly ratings: (Rating | null)[];
}

interface ColumnOfModel extends Column {
  readonly model: string;
}

/**
 * Reads a judge run's completed file once, line by line, and keeps only the verdicts in memory.
 * Returns `undefined` if no line is from a judge, or no judge has `parse` in its settings.
 */
export async function summarizeVerdicts(path: string): Promise<VerdictSummary | undefined> {
  const file = await open(path);
  return verdictSummary(file.readLines());
}

/** Summarizes the verdicts in a judge run's output lines. */
export async function verdictSummary(
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<VerdictSummary | undefined> {
  const columns = new Map<string, Column>();
  const ofModels = new Map<string, ColumnOfModel>();
  for await (const line of lines) {
    if (!line.includes('"template_name"')) continue;
    const judged = judgedLine(line);
    if (judged?.verdict === undefined) continue;
    const { judge, template, verdict, model = "" } = judged;
    const key = JSON.stringify([judge, template]);
    const column = columns.get(key) ?? { judge, template, ratings: [] };
    columns.set(key, column);
    column.ratings.push(verdict);
    const ofModel = JSON.stringify([judge, template, model]);
    computed(ofModels, ofModel, () => ({ judge, template, model, ratings: [] })).ratings.push(
      verdict,
    );
  }
  if (columns.size === 0) return undefined;
  const all = [...columns.values()];
  const agreement = agreementOf(all);
  const byModel = [...ofModels.values()].map((each) => ({ ...rowOf(each), model: each.model }));
  const isSplit = new Set(byModel.map(({ model }) => model)).size > 1;
  return { rows: all.map(rowOf), ...(isSplit && { byModel }), ...defined({ agreement }) };
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
    judge,
    template,
    scored: ratings.length - unscored,
    unscored,
    ...(estimate && { mean: estimate.mean }),
    ...(estimate?.interval && { interval: estimate.interval }),
    ...(labels.size > 0 && {
      labels: [...labels].map(([label, records]) => ({ label, records })),
    }),
  };
}
