/** Of these workflow ids, those that run no more. */
type FindEnded = (ids: readonly string[]) => Promise<readonly string[]>;

const everyMsAGroup = 1_000;
/** For all groups of the process together. */
const everyMs = 100;
const mostRemembered = 10_000;

/**
 * Notices that groups have ended while their pages run: of a terminated experiment nobody tells the pages. The server is
 * asked beside the work, once a second for a group at most; nothing waits for its answer.
 */
export class EndedGroups {
  readonly #findEnded: FindEnded;
  readonly #now: () => number;
  readonly #askedAtMs = new Map<string, number>();
  readonly #ended = new Set<string>();
  #lastMs = -Infinity;

  /** @param now milliseconds of a clock that doesn't jump */
  constructor(findEnded: FindEnded, now: () => number = () => performance.now()) {
    this.#findEnded = findEnded;
    this.#now = now;
  }

  /** As far as the server has said by now. Asks it anew for the next time. */
  has(groupId: string): boolean {
    if (!this.#ended.has(groupId)) this.#ask(groupId);
    return this.#ended.has(groupId);
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
      // A server that can't be asked has ended nothing.
      () => undefined,
    );
  }
}
