import { Worker } from "node:worker_threads";
import { errorText } from "../../domain/failure/error-text.js";
import type { EndedCall, ThreadData, ThreadMessage, ThreadQuestion } from "./thread-messages.js";
import { watchCalls } from "./watched-calls.js";
import type { WatchedCall, WatchedCalls } from "./watched-calls.js";

/** A thread of user code and its watch. It answers one question at a time. */
export interface SupervisedThread<Facts, Question, Answer, Value> {
  /** What it has loaded. Rejects with a `ThreadLost` where it ends or is stuck; it is of no more use then. */
  readonly loaded: () => Promise<Facts>;
  /**
   * Rejects with a `ThreadLost` as well.
   *
   * @param onEnded told of calls that have ended, before the answer
   */
  readonly ask: (
    question: ThreadQuestion<Question, Value>,
    onEnded: (call: EndedCall<Value>) => void,
  ) => Promise<Answer>;
  readonly end: () => Promise<void>;
}

/** What a function was doing when its thread was lost. */
export class ThreadLost extends Error {
  override readonly name = "ThreadLost";
  /** `undefined` where no function had been begun. */
  readonly call: WatchedCall | undefined;

  constructor(message: string, call: WatchedCall | undefined) {
    super(message);
    this.call = call;
  }
}

export interface ThreadStart<Settings> {
  /** Path of the built module that calls `serveFunctions`. */
  readonly program: string;
  readonly data: Omit<ThreadData<Settings>, "buffer">;
  /** How long one call may take. */
  readonly callLimitMs: number;
  readonly mostHeapMb: number;
}

const lookEveryMs = 250;
/** Until a thread has begun with the first function. */
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
  // stdout is data; what user code prints is talk.
  thread.stdout.pipe(process.stderr, { end: false });
  // Between two questions nobody listens, and an error without a listener would end the process.
  thread.on("error", () => undefined);

  type Message = ThreadMessage<Facts, Answer, Value>;
  const watched = { thread, calls, callLimitMs };
  // Posted by `serveFunctions` alone.
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

/** Fulfils with what a message brings; rejects with a `ThreadLost`. */
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
