import type { FilePool } from "../files/file-pool.js";
import { openOutcomeWriter } from "./outcome-writer.js";
import type { OutcomeWriter } from "./outcome-writer.js";

/** Each is a few hundred bytes. */
const mostWriters = 5_000;

/**
 * The logs that a process writes, one a group. A group that is opened again goes on in its log: else a run of one call
 * in two minutes would have a log a call.
 */
export class OutcomeWriters {
  readonly #files: FilePool;
  /** By run and group. What was opened first comes first. */
  readonly #writers = new Map<string, Promise<OutcomeWriter>>();

  constructor(files: FilePool) {
    this.#files = files;
  }

  /** `isKnown` where the log was opened before: it may have lines. */
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

  /** Closes the logs of a run that has ended. Lines that still wait for the disk are refused. */
  async close(directory: string): Promise<void> {
    const prefix = keyOf(directory, "");
    const ended = [...this.#writers].filter(([key]) => key.startsWith(prefix));
    for (const [key, opening] of ended) {
      this.#writers.delete(key);
      const writer = await opening.catch(() => undefined);
      await writer?.close();
    }
  }

  /** Who still has a forgotten one goes on with it; a group that is opened anew gets another log. */
  #forgetOldest(): void {
    const [oldest] = this.#writers.keys();
    if (this.#writers.size > mostWriters && oldest !== undefined) this.#writers.delete(oldest);
  }
}

/** No path has a NUL. */
function keyOf(directory: string, slug: string): string {
  return `${directory}\0${slug}`;
}
