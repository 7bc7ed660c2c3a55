import { Worker } from "node:worker_threads";
import { errorText } from "../../domain/failure/error-text.js";
import type { EndedCall, ThreadData, ThreadMessage, ThreadQuestion } from "./thread-messages.js";
import { watchCalls } from "./watched-calls.js";
import type { WatchedCall, WatchedCalls } from "./watched-calls.js";

/** A supervised thread of user code. It answers one question at a time. */
export interface SupervisedThread<Facts, Question, Answer, Value> {
  /**
   * Returns the loaded functions. Rejects with a `ThreadLost` if the thread ends or is stuck. The
   * thread is then unusable.
   */
  readonly loaded: () => Promise<Facts>;
  /**
   * Asks a question. Rejects with a `ThreadLost` like `loaded`.
   *
   * @param onEnded called with ended calls, before the answer
   */
  readonly ask: (
    question: ThreadQuestion<Question, Value>,
    onEnded: (call: EndedCall<Value>) => void,
  ) => Promise<Answer>;
  readonly end: () => Promise<void>;
}

/** The call of the function that was running when the thread was lost. */
export class ThreadLost extends Error {
  override readonly name = "ThreadLost";
  /** Running call; `undefined` if no function had started. */
  readonly call: WatchedCall | undefined;

  constructor(message: string, call: WatchedCall | undefined) {
    super(message);
    this.call = call;
  }
}

export interface ThreadStart<Settings> {
  /** Path of the compiled module that calls `serveFunctions`. */
  readonly program: string;
  readonly data: Omit<ThreadData<Settings>, "buffer">;
  /** Timeout of one call, in ms. */
  readonly callLimitMs: number;
  readonly mostHeapMb: number;
}

const lookEveryMs = 250;
/** Timeout in ms for a thread to start with the first function. */
const startLimitMs = 60_000;

export function startThread<Settings, Facts, Question, Answer, Value>(
  start: ThreadStart<Settings>,
): SupervisedThread<Facts, Question, Answer, Value> {
  const { program, data, callLimitMs, mostHeapMb } = start;
  const calls = watchCalls();
  const workerData: ThreadData<Settings> = { ...data, buffer: calls.buffer };
  const thread = new Worker(program, {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
    stdout: true,
  });
  // The product's stdout is for data, so the output of user code goes to stderr.
  thread.stdout.pipe(process.stderr, { end: false });
  // There is no listener between two questions, and an error without a listener would end the
  // process.
  thread.on("error", () => undefined);

  type Message = ThreadMessage<Facts, Answer, Value>;
  const watched = { thread, calls, callLimitMs };
  // Only `serveFunctions` posts messages.
  const toMessage = (message: unknown): Message => message as Message;
  return {
    loaded: async () =>
      hear(watched, (given) => {
        const message = toMessage(given);
        return message.kind === "loaded" ? { result: message.facts } : undefined;
      }),
    ask: async (question, onEnded) => {
      const answered = hear(watched, (given) => {
        const message = toMessage(given);
        if (message.kind === "ended") message.calls.forEach(onEnded);
        return message.kind === "answered" ? { result: message.answer } : undefined;
      });
      thread.postMessage(question);
      return answered;
    },
    end: async () => {
      await thread.terminate();
    },
  };
}

interface WatchedThread {
  readonly thread: Worker;
  readonly calls: WatchedCalls;
  readonly callLimitMs: number;
}

/** Resolves with the contents of a message. Rejects with a `ThreadLost`. */
async function hear<Result>(
  { thread, calls, callLimitMs }: WatchedThread,
  resultOf: (message: unknown) => { readonly result: Result } | undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const lose = (message: string): void => {
      settle();
      reject(new ThreadLost(message, calls.begun() === 0 ? undefined : calls.last()));
    };
    const watch = onStandstill(calls.begun, callLimitMs, () => {
      lose(`It took longer than ${callLimitMs / 1000} s.`);
    });
    const onMessage = (message: unknown): void => {
      const found = resultOf(message);
      if (!found) return;
      settle();
      resolve(found.result);
    };
    const onError = (error: unknown): void => {
      lose(`It broke its thread: ${errorText(error)}`);
    };
    const onExit = (): void => {
      lose("It ended its thread.");
    };
    const settle = (): void => {
      clearInterval(watch);
      thread.off("message", onMessage).off("error", onError).off("exit", onExit);
    };
    thread.on("message", onMessage).on("error", onError).on("exit", onExit);
  });
}

/** Calls back once the count of started calls has not changed for `limitMs`. */
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
