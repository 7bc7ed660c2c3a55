import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { errorText } from "../../domain/failure/error-text.js";
import type { TextsToScore } from "./score-texts.js";
import type { ThreadAnswer, ThreadData } from "./scoring-thread-program.js";
import { watchCalls } from "./watched-calls.js";
import type { WatchedCall } from "./watched-calls.js";

/** A running thread of scorers. It answers one question at a time. */
export interface ScoringThread {
  /** Rejects with a `ThreadLost` where the thread ends or is stuck; it is of no more use then. */
  readonly ask: (given?: TextsToScore) => Promise<ThreadAnswer>;
  readonly end: () => Promise<void>;
}

/** What a scorer was doing when its thread was lost. */
export class ThreadLost extends Error {
  override readonly name = "ThreadLost";
  /** `undefined` where no scorer had been begun. */
  readonly call: WatchedCall | undefined;

  constructor(message: string, call: WatchedCall | undefined) {
    super(message);
    this.call = call;
  }
}

const lookEveryMs = 250;
const mostHeapMb = 512;
/** Until a thread has begun with the first scorer. */
const startLimitMs = 60_000;

/** @param callLimitMs how long one call of a scorer may take */
export function startThread(data: Omit<ThreadData, "buffer">, callLimitMs: number): ScoringThread {
  const calls = watchCalls();
  const workerData: ThreadData = { ...data, buffer: calls.buffer };
  const thread = new Worker(threadScript(), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
    stdout: true,
  });
  // stdout is data; what a scorer prints is talk.
  thread.stdout.pipe(process.stderr, { end: false });
  const lost = (message: string): ThreadLost =>
    new ThreadLost(message, calls.begun() === 0 ? undefined : calls.last());
  const ask = async (given?: TextsToScore): Promise<ThreadAnswer> =>
    new Promise((resolve, reject) => {
      const watch = onStandstill(calls.begun, callLimitMs, () => {
        settle();
        reject(lost(`It took longer than ${callLimitMs / 1000} s.`));
      });
      const onMessage = (answer: ThreadAnswer): void => {
        settle();
        resolve(answer);
      };
      const onError = (error: unknown): void => {
        settle();
        reject(lost(`It broke its thread: ${errorText(error)}`));
      };
      const onExit = (): void => {
        settle();
        reject(lost("It ended its thread."));
      };
      const settle = (): void => {
        clearInterval(watch);
        thread.off("message", onMessage).off("error", onError).off("exit", onExit);
      };
      thread.on("message", onMessage).on("error", onError).on("exit", onExit);
      if (given) thread.postMessage(given);
    });
  // Between two questions nobody listens, and an error without a listener would end the process.
  thread.on("error", () => undefined);
  const end = async (): Promise<void> => {
    await thread.terminate();
  };
  return { ask, end };
}

/** Calls back once the count of begun calls has not changed for so long. */
function onStandstill(begun: () => number, limitMs: number, standing: () => void): NodeJS.Timeout {
  let last = begun();
  let sinceMs = performance.now();
  return setInterval(
    () => {
      const now = performance.now();
      if (begun() !== last) {
        last = begun();
        sinceMs = now;
      } else if (now - sinceMs > (last === 0 ? Math.max(limitMs, startLimitMs) : limitMs)) {
        standing();
      }
    },
    Math.min(lookEveryMs, limitMs),
  );
}

/** The built thread, for the built package and for its sources alike. */
function threadScript(): string {
  const here = fileURLToPath(import.meta.url);
  const built = here.endsWith(".ts")
    ? join(dirname(here), "..", "..", "..", "dist", "src", "evaluation", "scorers")
    : dirname(here);
  return join(built, "scoring-thread-program.js");
}
