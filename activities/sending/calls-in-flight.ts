/**
 * The calls that this process has in flight, by record. They belong to the process and not to an activity attempt: an
 * attempt that was lost (its heartbeats did not arrive, its workflow was terminated) aborts none of them, and the next
 * one that comes here for the record waits for the call instead of paying a second.
 */
export interface RecordKey {
  readonly directory: string;
  readonly group: string;
  readonly position: number;
}

interface Call<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
}

export class CallsInFlight<Result> {
  readonly #runs = new Map<string, Map<string, Call<Result>>>();

  find(key: RecordKey): Promise<Result> | undefined {
    return this.#runs.get(key.directory)?.get(nameOf(key))?.result;
  }

  /** What `call` rejects with reaches all who wait for it. */
  start(key: RecordKey, call: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const calls = this.#runs.get(key.directory) ?? new Map<string, Call<Result>>();
    this.#runs.set(key.directory, calls);
    const controller = new AbortController();
    const result = call(controller.signal).finally(() => {
      calls.delete(nameOf(key));
      if (calls.size === 0 && this.#runs.get(key.directory) === calls) {
        this.#runs.delete(key.directory);
      }
    });
    calls.set(nameOf(key), { result, controller });
    return result;
  }

  isBusy(directory: string): boolean {
    return this.#runs.has(directory);
  }

  /** A user wants no more of a run, not even what is under way. */
  abort(directory: string): void {
    for (const { controller } of this.#runs.get(directory)?.values() ?? []) controller.abort();
  }
}

function nameOf({ group, position }: RecordKey): string {
  return `${group}/${position}`;
}
