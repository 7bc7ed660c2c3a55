/** A record of a new run, or an answer of an earlier one. */
export interface Matched {
  /** Hash of its request. */
  readonly request: string;
  /** The record's id as JSON text; empty if it has none. */
  readonly id: string;
}

/**
 * Finds an answer for each record: one to the same request, of the record with the same id if there
 * is one, otherwise the next in their order. Each answer serves one record, so equal requests stay
 * independent samples.
 *
 * @returns by record, the index of its answer; `undefined` if there is none
 */
export function matchAnswers(
  records: readonly Matched[],
  answers: readonly Matched[],
): readonly (number | undefined)[] {
  const found = matchNames(records, answers);
  const isTaken = new Uint8Array(answers.length);
  for (const index of found) if (index !== undefined) isTaken[index] = 1;
  const left = new Queues(answers, ({ request }) => request);
  return found.map((index, at) => index ?? left.next(records[at]?.request ?? "", isTaken));
}

/** A function of its own, so that its queues are collected before the next ones are made. */
function matchNames(
  records: readonly Matched[],
  answers: readonly Matched[],
): readonly (number | undefined)[] {
  const named = new Queues(answers, nameOf);
  return records.map((record) => named.next(nameOf(record)));
}

function nameOf({ request, id }: Matched): string {
  return `${request} ${id}`;
}

const none = -1;

/**
 * Indexes of answers by key, the first first. An array for each key would take most of the memory.
 */
class Queues {
  readonly #first = new Map<string, number>();
  /** By index: the next index of the same key. */
  readonly #behind: Int32Array;

  constructor(answers: readonly Matched[], keyOf: (answer: Matched) => string) {
    this.#behind = new Int32Array(answers.length);
    // From the last on, so that each goes before those behind it.
    for (let index = answers.length - 1; index >= 0; index -= 1) {
      const answer = answers[index];
      if (!answer) continue;
      const key = keyOf(answer);
      this.#behind[index] = this.#first.get(key) ?? none;
      this.#first.set(key, index);
    }
  }

  /** @param isTaken by index: 1 for the answers to leave out */
  next(key: string, isTaken?: Uint8Array): number | undefined {
    let index = this.#first.get(key);
    if (index === undefined) return undefined;
    while (isTaken?.[index] === 1) index = this.#behind[index] ?? none;
    // Also at the end, so that taken answers are passed over once.
    this.#first.set(key, this.#behind[index] ?? none);
    return index === none ? undefined : index;
  }
}
