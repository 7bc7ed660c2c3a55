/** The names of a row's calls and recorded values in the journal. */

export interface KeyParts {
  readonly step: string;
  /** Path of the child for which the step ran, e.g. `/3/0`; empty for the row itself. */
  readonly path: string;
  /** Hash of the request. Equal for the same API, model, parameters, messages and media. */
  readonly digest: string;
}

/** The step of a key: `judge` of `judge/2#77ab/0`. */
export function stepOfKey(key: string): string {
  return /^[^#/]*/.exec(key)?.[0] ?? key;
}

/**
 * The keys of one walk. Equal calls are numbered in the order of their step, so they stay
 * independent samples.
 */
export class JournalKeys {
  readonly #counts = new Map<string, number>();

  /** `gpt4#9f3c/0`, `judge/2#77ab/0` */
  next({ step, path, digest }: KeyParts): string {
    const asked = `${step}${path}#${digest}`;
    const ordinal = this.#counts.get(asked) ?? 0;
    this.#counts.set(asked, ordinal + 1);
    return `${asked}/${ordinal}`;
  }
}
