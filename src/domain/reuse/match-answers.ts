/** A record of a new run, or an answer of an earlier one. */
export interface Matched {
  /** Hash of the request. */
  readonly request: string;
  /** Id of the record as JSON text; empty if it has none. */
  readonly id: string;
}

/**
 * Finds an answer for each record, among the answers to the same request. An answer to a record
 * with the same id comes first, otherwise the next answer in order. Each answer serves one record,
 * so equal requests stay independent samples.
 *
 * @returns the index of the answer for each record; `undefined` if there is none
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

/**
 * Matches records by request and id. It is a separate function, so that its queues can be collected
 * before the next queues are made.
 */
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

/** Indexes of answers by key, in order. An array for each key would take most of the memory. */
class Queues {
  readonly #first = new Map<string, number>();
  /** For each index, the next index with the same key. */
  readonly #behind: Int32Array;

  constructor(answers: readonly Matched[], keyOf: (answer: Matched) => string) {
    this.#behind = new Int32Array(answers.length);
    // The loop starts at the last answer, because each answer is put in front of the later ones.
    for (let index = answers.length - 1; index >= 0; index -= 1) {
      const answer = answers[index];
      if (!answer) continue;
      const key = keyOf(answer);
      this.#behind[index] = this.#first.get(key) ?? none;
      this.#first.set(key, index);
    }
  }

  /** @param isTaken for each index, 1 if the answer is not available */
  next(key: string, isTaken?: Uint8Array): number | undefined {
    let index = this.#first.get(key);
    if (index === undefined) return undefined;
    while (isTaken?.[index] === 1) index = this.#behind[index] ?? none;
    // The position is also stored at the end, so that taken answers are skipped only once.
    this.#first.set(key, this.#behind[index] ?? none);
    return index === none ? undefined : index;
  }
}
