import { resolve } from "node:path";
import type { Comparison, ValueComparison } from "../../domain/scores/comparison.js";
import { UserError } from "../../domain/failure/user-error.js";
import { judgedFiles } from "./read-judged-answers.js";
import { compareLines } from "../../evaluation/compare/compare.js";
import { compareValues } from "../../evaluation/compare/compare-values.js";
import type { CompareValuesOptions } from "../../evaluation/compare/compare-values.js";
import { joinVerdictScores } from "../../evaluation/judges/join-verdicts.js";
import { completedTexts } from "../../storage/completed/completed-lines.js";

export interface CompareOptions {
  /** Keys of the scores to compare. @default all keys after the answers with numbers or booleans */
  readonly keys?: readonly string[];
  /** Called with the number of lines read from both files. */
  readonly onLine?: (count: number) => void;
}

/**
 * Compares the scores of two completed files, from Ostinato or prompto, record by record. Throws
 * `UserError` if there is nothing to compare.
 */
export async function compareFiles(
  first: string,
  second: string,
  { keys, onLine = () => undefined }: CompareOptions = {},
): Promise<Comparison> {
  const counted = counting(onLine);
  const comparison = await compareLines([textsOf(first, counted), textsOf(second, counted)], keys);
  if (comparison.scores.length > 0) return comparison;
  throw noScores("two files", keys);
}

export interface CompareWithinOptions extends CompareOptions, CompareValuesOptions {}

/**
 * Compares the scores of the records of one completed file. The records of each model, or of each
 * value of another key, are compared with those of the baseline. Throws `UserError` if there is
 * nothing to compare.
 */
export async function compareWithin(
  file: string,
  { onLine = () => undefined, ...options }: CompareWithinOptions,
): Promise<readonly ValueComparison[]> {
  const comparisons = await compareValues(textsOf(file, counting(onLine)), options);
  if (comparisons.some(({ scores }) => scores.length > 0)) return comparisons;
  throw noScores("a file", options.keys);
}

function counting(onLine: (count: number) => void): () => void {
  let count = 0;
  return () => {
    count += 1;
    onLine(count);
  };
}

function noScores(files: string, keys: readonly string[] | undefined): UserError {
  const what = keys ? `under ${keys.map((key) => `\`${key}\``).join(", ")}` : "after the answers";
  return new UserError(
    `Expected scores to compare, got ${files} without a number, true or false ${what}. Score first: \`ostinato score FILE --scorers …\`.`,
  );
}

/** The lines of a completed file, with the verdicts of its judges. */
async function* textsOf(file: string, onLine: () => void): AsyncGenerator<string, void, undefined> {
  const path = resolve(file);
  const judged = await judgedFiles(path, "data");
  const lines = completedTexts(path);
  const scored = judged.length === 0 ? lines : joinVerdictScores(lines, judged.map(completedTexts));
  for await (const text of scored) {
    onLine();
    yield text;
  }
}
