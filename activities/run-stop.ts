import { setMaxListeners } from "node:events";
import { cancellationSignal, log } from "@temporalio/activity";
import { lookEvery } from "./look-every.js";
import { whenAborted } from "./when-aborted.js";

const lookEveryMs = 250;

/**
 * Watches for the marker of a cancelled run while the run is in use. A cancellation reaches an
 * activity only with the answer to a heartbeat, seconds later.
 */
export class RunStop {
  readonly #look: () => Promise<boolean>;
  readonly #controller = new AbortController();
  #stopLooking: (() => void) | undefined;

  /** @param isStopped looks for the marker */
  constructor(isStopped: () => Promise<boolean>) {
    this.#look = isStopped;
    // Each activity of the run adds a listener.
    setMaxListeners(0, this.signal);
  }

  /** Fires once the run is cancelled, and stays aborted. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  watch(): void {
    if (this.signal.aborted) return;
    this.#stopLooking ??= lookEvery(
      lookEveryMs,
      async () => this.#lookOnce(),
      (error) => {
        log.warn("the run's folder can't be read", { error });
      },
    );
  }

  rest(): void {
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }

  async #lookOnce(): Promise<void> {
    if (!(await this.#look())) return;
    this.rest();
    this.#controller.abort(new DOMException("The run was cancelled", "AbortError"));
  }
}

/** Works with a signal that fires if the activity or its run is cancelled. */
export async function whileItGoesOn<Result>(
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  // Each record of the activity adds a listener.
  setMaxListeners(0, controller.signal);
  const causes = [cancellationSignal(), stop];
  const forgets = causes.map((cause) =>
    whenAborted(cause, () => {
      controller.abort(cause.reason);
    }),
  );
  try {
    return await work(controller.signal);
  } finally {
    for (const forget of forgets) forget();
  }
}
