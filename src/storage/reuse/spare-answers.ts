import type { ReuseEntry } from "./reuse-entry.js";
import { readAllRowKeys } from "./row-keys.js";

/** The answers of earlier runs, as an index finds them. */
export interface EarlierAnswers {
  /** The answers to a call, of all rows. */
  readonly allOf: (call: number) => Promise<readonly ReuseEntry[]>;
  /** The run that has an answer. */
  readonly runOf: (entry: ReuseEntry) => string;
}

/**
 * The answers of rows that are not there any more, for rows behind a global step. Each goes to one
 * row of this process, and only if no other row of its run made that call: equal calls of several
 * rows are independent samples.
 */
export class SpareAnswers {
  readonly #directory: string;
  readonly #earlier: EarlierAnswers;
  /** By call: the position of the row that has its answer. */
  readonly #taken = new Map<number, number>();
  #rows: Promise<ReadonlySet<number>> | undefined;

  constructor(directory: string, earlier: EarlierAnswers) {
    this.#directory = directory;
    this.#earlier = earlier;
  }

  async take(call: number, position: number): Promise<ReuseEntry | undefined> {
    if ((this.#taken.get(call) ?? position) !== position) return undefined;
    this.#taken.set(call, position);
    const found = await this.#onlyOf(call);
    this.#rows ??= readAllRowKeys(this.#directory);
    return found && !(await this.#rows).has(found.row) ? found : undefined;
  }

  /** The answer in the latest run that has some, if it has no other. */
  async #onlyOf(call: number): Promise<ReuseEntry | undefined> {
    const all = await this.#earlier.allOf(call);
    // The files of later runs have smaller numbers.
    const [latest] = [...all].sort((a, b) => a.file - b.file);
    if (!latest) return undefined;
    const run = this.#earlier.runOf(latest);
    return all.filter((entry) => this.#earlier.runOf(entry) === run).length === 1
      ? latest
      : undefined;
  }
}
