/** A record of a new run, or an answer of an earlier one. */
export interface Matched {
  /** Hash of its request. */
  readonly request: string;
  /** The record's id as JSON text; empty if it has none. */
  readonly id: string;
}

/**
 * Finds an answer for each record: one to the same request, of the record with the same id if there is
 * one, otherwise the next in their order. Each answer serves one record, so equal requests stay
 * independent samples.
 *
 * @returns by record, the index of its answer; `undefined` if there is none
 */
export function matchAnswers(
  records: readonly Matched[],
  answers: readonly Matched[],
): readonly (number | undefined)[] {
  const named = queuesOf(answers, nameOf);
  const found = records.map((record) => named.get(nameOf(record))?.next());
  const taken = new Set(found);
  const left = queuesOf(answers, ({ request }) => request);
  return found.map((index, at) => index ?? left.get(records[at]?.request ?? "")?.next(taken));
}

function nameOf({ request, id }: Matched): string {
  return `${request} ${id}`;
}

function queuesOf(
  answers: readonly Matched[],
  keyOf: (answer: Matched) => string,
): ReadonlyMap<string, Queue> {
  const queues = new Map<string, Queue>();
  answers.forEach((answer, index) => {
    const key = keyOf(answer);
    const queue = queues.get(key) ?? new Queue();
    queues.set(key, queue);
    queue.push(index);
  });
  return queues;
}

/** Indexes of answers, the first first. */
class Queue {
  readonly #indexes: number[] = [];
  #at = 0;

  push(index: number): void {
    this.#indexes.push(index);
  }

  next(taken?: ReadonlySet<number | undefined>): number | undefined {
    while (taken?.has(this.#indexes[this.#at]) === true && this.#at < this.#indexes.length) {
      this.#at += 1;
    }
    const index = this.#indexes[this.#at];
    this.#at += 1;
    return index;
  }
}
