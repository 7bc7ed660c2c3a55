/** The names of a row's calls and recorded values in the journal. */

export interface KeyParts {
  readonly step: string;
  /** Path of the child for which the step ran, e.g. `/3/0`; empty for the row itself. */
  readonly path: string;
  /** Hash of the request. Equal for the same API, model, parameters, messages and media. */
  readonly digest: string;
}

/** Returns the step of a key: `judge` for `judge/2#77ab/0`. */
export function stepOfKey(key: string): string {
  return /^[^#/]*/.exec(key)?.[0] ?? key;
}

/**
 * Makes the keys of one walk. Equal calls are numbered per step in their order, so they stay
 * independent samples.
 */
export class JournalKeys {
  readonly #counts = new Map<string, number>();

  /** Returns the next key, e.g. `gpt4#9f3c/0` or `judge/2#77ab/0`. */
  next({ step, path, digest }: KeyParts): string {
    const asked = `${step}${path}#${digest}`;
    const ordinal = this.#counts.get(asked) ?? 0;
    this.#counts.set(asked, ordinal + 1);
    return `${asked}/${ordinal}`;
  }
}
