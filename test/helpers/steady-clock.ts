import { createRequire, syncBuiltinESMExports } from "node:module";
import { afterAll, beforeAll, onTestFinished, vi } from "vitest";

const tickMs = 5;

// The named imports of all modules follow the properties of this object.
const timers = createRequire(import.meta.url)("node:timers/promises") as {
  setTimeout: (ms?: number, value?: unknown, options?: SleepOptions) => Promise<unknown>;
};
const realSleep = timers.setTimeout;

interface SleepOptions {
  readonly signal?: AbortSignal;
}

/**
 * Gives the current test a clock and timers that advance by 5 ms at a time, while the process runs.
 * A process that a busy machine holds up finds that no time has passed, so that nothing is late.
 */
export function steadyClock(): void {
  if (vi.isFakeTimers()) return;
  start();
  onTestFinished(stop);
}

/** The steady clock for all tests of a file. Call it at the top of the file. */
export function steadyClockOfFile(): void {
  beforeAll(start);
  afterAll(stop);
}

function start(): void {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
    shouldAdvanceTime: true,
    advanceTimeDelta: tickMs,
  });
  timers.setTimeout = sleep;
  syncBuiltinESMExports();
}

function stop(): void {
  vi.useRealTimers();
  timers.setTimeout = realSleep;
  syncBuiltinESMExports();
}

/** As Node.js has it, by the timers of the test. */
async function sleep(ms = 0, value?: unknown, { signal }: SleepOptions = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(aborted(signal?.reason));
    };
    if (signal?.aborted === true) {
      reject(aborted(signal.reason));
      return;
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve(value);
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

function aborted(cause: unknown): Error {
  const error = new Error("The operation was aborted", { cause });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}
