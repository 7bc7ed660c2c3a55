import { computed } from "../../../src/domain/computed.js";
import type { CallKey } from "../../../src/domain/journal/call-key.js";

/**
 * The calls that this process has in flight, by record and key. They belong to the process, not to
 * an activity attempt. A lost attempt (missing heartbeats, or a terminated workflow) aborts no
 * call. The next attempt in this process waits for the call instead of paying for a second call.
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
  /** Latest time of the call's timeout, on this machine's clock. */
  readonly endsByMs: number;
}

export class CallsInFlight<Result> {
  readonly #runs = new Map<string, Map<string, Call<Result>>>();

  find(name: CallName): Promise<Result> | undefined {
    return this.#runs.get(name.directory)?.get(textOf(name))?.result;
  }

  /**
   * Starts a call. An error of `call` reaches all callers that wait for it.
   *
   * @param timeoutMs maximum duration of the call
   * @param call receives the call's controller, which `abort` aborts
   */
  start(
    name: CallName,
    timeoutMs: number,
    call: (controller: AbortController) => Promise<Result>,
  ): Promise<Result> {
    const calls = computed(this.#runs, name.directory, () => new Map<string, Call<Result>>());
    const controller = new AbortController();
    const text = textOf(name);
    const result = this.#untilEnded(name.directory, text, call(controller));
    const endsByMs = Date.now() + timeoutMs;
    calls.set(text, { result, controller, endsByMs });
    return result;
  }

  async #untilEnded(directory: string, text: string, call: Promise<Result>): Promise<Result> {
    try {
      return await call;
    } finally {
      const calls = this.#runs.get(directory);
      calls?.delete(text);
      if (calls?.size === 0) this.#runs.delete(directory);
    }
  }

  count(): number {
    return this.#all().length;
  }

  /** Returns the latest timeout of all calls, on this machine's clock; 0 without calls. */
  endsByMs(): number {
    return this.#all().reduce((last, { endsByMs }) => Math.max(last, endsByMs), 0);
  }

  isBusy(directory: string): boolean {
    return this.#runs.has(directory);
  }

  /** Aborts all calls in flight of a run. */
  abort(directory: string): void {
    for (const { controller } of this.#runs.get(directory)?.values() ?? []) {
      controller.abort(new DOMException("Aborted by a second cancel", "AbortError"));
    }
  }

  #all(): Call<Result>[] {
    return [...this.#runs.values()].flatMap((calls) => [...calls.values()]);
  }
}

function textOf({ group, position, key }: CallName): string {
  return `${group}/${position}/${key}`;
}
