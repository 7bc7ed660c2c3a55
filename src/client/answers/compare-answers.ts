import { resolve } from "node:path";
import type { Comparison } from "../../domain/scores/comparison.js";
import { UserError } from "../../domain/failure/user-error.js";
import { compareLines } from "../../evaluation/compare/compare.js";
import { completedTexts } from "../../storage/completed/completed-lines.js";

export interface CompareOptions {
  /** Keys of the scores. @default all numbers and booleans after the answers */
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
  let count = 0;
  const counted = (): void => {
    count += 1;
    onLine(count);
  };
  const comparison = await compareLines([textsOf(first, counted), textsOf(second, counted)], keys);
  if (comparison.scores.length > 0) return comparison;
  const what = keys
    ? `under ${keys.map((key) => `\`${key}\``).join(", ")}`
    : "behind their answers";
  throw new UserError(
    `Expected scores to compare, got two files without a number, true or false ${what}. Score them first: \`ostinato score FILE --scorers …\`.`,
  );
}

async function* textsOf(file: string, onLine: () => void): AsyncGenerator<string, void, undefined> {
  for await (const text of completedTexts(resolve(file))) {
    onLine();
    yield text;
  }
}
