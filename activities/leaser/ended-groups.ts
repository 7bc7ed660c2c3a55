/** Returns those of the workflow ids that are not running. */
export type FindEnded = (ids: readonly string[]) => Promise<readonly string[]>;

const everyMsAGroup = 1_000;
/** Minimum interval in ms between queries, for all groups of the process together. */
const everyMs = 100;
const mostRemembered = 10_000;

/**
 * Detects groups that end while their pages are running, because nobody notifies the pages of a
 * terminated experiment. The server is asked in the background, at most once per second and group,
 * and only the pages of a group that had ended wait for its answer.
 */
export class EndedGroups {
  readonly #findEnded: FindEnded;
  readonly #now: () => number;
  readonly #askedAtMs = new Map<string, number>();
  readonly #ended = new Set<string>();
  #lastMs = -Infinity;

  /** @param now milliseconds of a monotonic clock */
  constructor(findEnded: FindEnded, now: () => number = () => performance.now()) {
    this.#findEnded = findEnded;
    this.#now = now;
  }

  /** True if the server has reported the group as ended. Starts the next query. */
  async has(groupId: string): Promise<boolean> {
    if (this.#ended.has(groupId)) return this.#isStillEnded(groupId);
    this.#ask(groupId);
    return false;
  }

  /** An experiment starts a lost group again, under the same id. */
  async #isStillEnded(groupId: string): Promise<boolean> {
    const ended = await this.#findEnded([groupId]).catch(() => []);
    if (ended.length > 0) return true;
    this.#ended.delete(groupId);
    return false;
  }

  #ask(groupId: string): void {
    const now = this.#now();
    const isSoon = now - (this.#askedAtMs.get(groupId) ?? -Infinity) < everyMsAGroup;
    if (isSoon || now - this.#lastMs < everyMs) return;
    this.#lastMs = now;
    if (this.#askedAtMs.size >= mostRemembered) this.#askedAtMs.clear();
    this.#askedAtMs.set(groupId, now);
    this.#findEnded([groupId]).then(
      (ended) => {
        if (ended.length > 0) this.#ended.add(groupId);
      },
      // If the query fails, no group counts as ended.
      () => undefined,
    );
  }
}
