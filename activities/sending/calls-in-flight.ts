import type { CallKey } from "./call-request.js";

/**
 * The calls that this process has in flight, by record and key. They belong to the process and not to an activity attempt: an
 * attempt that was lost (its heartbeats did not arrive, its workflow was terminated) aborts none of them, and the next
 * one that comes here for it waits for the call instead of paying a second.
 */
export interface CallName {
  readonly directory: string;
  readonly group: string;
  readonly position: number;
  readonly key: CallKey;
}

interface Call<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  /** When it has timed out at the latest, in this machine's time. */
  readonly endsByMs: number;
}

export class CallsInFlight<Result> {
  readonly #runs = new Map<string, Map<string, Call<Result>>>();

  find(name: CallName): Promise<Result> | undefined {
    return this.#runs.get(name.directory)?.get(textOf(name))?.result;
  }

  /**
   * What `call` rejects with reaches all who wait for it.
   *
   * @param timeoutMs how long it may take
   */
  start(
    name: CallName,
    timeoutMs: number,
    call: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const calls = this.#runs.get(name.directory) ?? new Map<string, Call<Result>>();
    this.#runs.set(name.directory, calls);
    const controller = new AbortController();
    const result = call(controller.signal).finally(() => {
      calls.delete(textOf(name));
      if (calls.size === 0 && this.#runs.get(name.directory) === calls) {
        this.#runs.delete(name.directory);
      }
    });
    const endsByMs = Date.now() + timeoutMs;
    calls.set(textOf(name), { result, controller, endsByMs });
    return result;
  }

  count(): number {
    return this.#all().length;
  }

  /** When the last of them has timed out at the latest; 0 where there is none. */
  endsByMs(): number {
    return this.#all().reduce((last, { endsByMs }) => Math.max(last, endsByMs), 0);
  }

  isBusy(directory: string): boolean {
    return this.#runs.has(directory);
  }

  /** A user wants no more of a run, not even what is under way. */
  abort(directory: string): void {
    for (const { controller } of this.#runs.get(directory)?.values() ?? []) controller.abort();
  }

  #all(): Call<Result>[] {
    return [...this.#runs.values()].flatMap((calls) => [...calls.values()]);
  }
}

function textOf({ group, position, key }: CallName): string {
  return `${group}/${position}/${key}`;
}
