import type { FilePool } from "../files/file-pool.js";
import { openOutcomeWriter } from "./outcome-writer.js";
import type { OutcomeWriter } from "./outcome-writer.js";

/** Maximum number of writers, each of which takes a few hundred bytes. */
const mostWriters = 5_000;

/**
 * The logs that a process writes, one per group. A reopened group continues its log. Otherwise a
 * run with one call every two minutes would have one log per call.
 */
export class OutcomeWriters {
  readonly #files: FilePool;
  /** Writers by run and group, in the order of opening. */
  readonly #writers = new Map<string, Promise<OutcomeWriter>>();

  constructor(files: FilePool) {
    this.#files = files;
  }

  /**
   * Opens the log of a group. `isKnown` is true if the log was opened before and may have lines.
   */
  async open(
    directory: string,
    slug: string,
  ): Promise<{ readonly writer: OutcomeWriter; readonly isKnown: boolean }> {
    const key = keyOf(directory, slug);
    const known = this.#writers.get(key);
    if (known) return { writer: await known, isKnown: true };
    const opening = openOutcomeWriter(directory, slug, { files: this.#files });
    this.#writers.set(key, opening);
    opening.catch(() => this.#writers.delete(key));
    this.#forgetOldest();
    return { writer: await opening, isKnown: false };
  }

  /** Closes the logs of an ended run. Lines that still wait for the disk are rejected. */
  async close(directory: string): Promise<void> {
    const prefix = keyOf(directory, "");
    const ended = [...this.#writers].filter(([key]) => key.startsWith(prefix));
    for (const [key, opening] of ended) {
      this.#writers.delete(key);
      const writer = await opening.catch(() => undefined);
      await writer?.close();
    }
  }

  /**
   * Forgets the oldest writer. Code that has this writer continues to use it. If its group is
   * opened again, there is another log.
   */
  #forgetOldest(): void {
    const [oldest] = this.#writers.keys();
    if (this.#writers.size > mostWriters && oldest !== undefined) this.#writers.delete(oldest);
  }
}

/** Returns the key of a group. The separator is NUL, which no path contains. */
function keyOf(directory: string, slug: string): string {
  return `${directory}\0${slug}`;
}
