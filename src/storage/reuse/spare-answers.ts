import type { ReuseEntry } from "./reuse-entry.js";
import { readAllRowKeys } from "./row-keys.js";

/** The answers of earlier runs, according to an index. */
export interface EarlierAnswers {
  /** Returns the answers to a call from all rows. */
  readonly allOf: (call: number) => Promise<readonly ReuseEntry[]>;
  /** Returns the run of an answer. */
  readonly runOf: (entry: ReuseEntry) => string;
}

/**
 * The answers of rows that no longer exist, for rows after a global step. Each answer goes to one
 * row of this process, and only if no other row of its run made that call. Equal calls of several
 * rows are independent samples.
 */
export class SpareAnswers {
  readonly #directory: string;
  readonly #earlier: EarlierAnswers;
  /** Position of the row that has the answer, by call. */
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

  /** Returns the answer in the latest run with answers, if it is the only one there. */
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
