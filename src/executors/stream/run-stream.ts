import { Worker } from "node:worker_threads";
import { errorText } from "../../domain/failure/error-text.js";
import { timeLimitError, timeLimitMessage } from "../calls/call-messages.js";
import { CallFailed } from "../calls/call-pool.js";
import { callState } from "../calls/call-state.js";
import type { CallThreadStart } from "../calls/call-thread.js";
import { itemsPerMessage } from "./stream-messages.js";
import type { FromStream, StreamThreadData, ToStream } from "./stream-messages.js";

export interface StreamStart<Settings> extends CallThreadStart<Settings> {
  /** Time in ms for which the thread may stand still. */
  readonly limitMs: number;
  /** Ends the thread when it fires. */
  readonly signal?: AbortSignal | undefined;
}

/** Thrown if the signal of a stream has ended its thread. */
export class StreamAborted extends Error {
  override readonly name = "StreamAborted";
}

const lookEveryMs = 250;

/**
 * Yields the items that user code makes from inputs. The code runs in a separate thread, which ends
 * after the last item. Neither side is ahead of the other by more than a few messages. Rejects with
 * a `CallFailed`, a `StreamAborted`, or the error of an input.
 */
export async function* runStream<Settings, Input, Output>(
  { program, settings, mostHeapMb, limitMs, signal }: StreamStart<Settings>,
  inputs: readonly AsyncIterable<Input>[],
): AsyncGenerator<Output> {
  const { buffer, progress } = callState();
  const workerData: StreamThreadData<Settings> = { settings, buffer, inputs: inputs.length };
  const worker = new Worker(program, {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
    stdout: true,
  });
  // The product's stdout is for data, so the output of user code goes to stderr.
  worker.stdout.pipe(process.stderr, { end: false });
  const messages = new Messages<Output>(worker);
  const watch = watchStandstill(progress, limitMs, () => {
    messages.lose(timeLimitError, timeLimitMessage(limitMs));
  });
  const iterators = inputs.map((items) => items[Symbol.asyncIterator]());
  const stopListening = whenAborted(signal, () => {
    messages.abort();
  });
  try {
    for (;;) {
      const message = await messages.next();
      if (message.kind === "done") return;
      if (message.kind === "failed") throw new CallFailed(message.error);
      const answer: ToStream<Input> =
        message.kind === "want"
          ? await nextItems(message.input, iterators[message.input])
          : { kind: "taken" };
      // The thread may continue once the reader of this generator asks for more items.
      if (message.kind === "items") yield* message.items;
      worker.postMessage(answer);
    }
  } finally {
    clearInterval(watch);
    stopListening();
    await worker.terminate();
    for (const each of iterators) await each.return?.();
  }
}

/** Calls `call` once the signal is aborted. The returned function stops waiting for that. */
function whenAborted(signal: AbortSignal | undefined, call: () => void): () => void {
  signal?.addEventListener("abort", call);
  if (signal?.aborted === true) call();
  return () => signal?.removeEventListener("abort", call);
}

async function nextItems<Input>(
  input: number,
  iterator: AsyncIterator<Input> | undefined,
): Promise<ToStream<Input>> {
  const items: Input[] = [];
  while (items.length < itemsPerMessage) {
    const next = await iterator?.next();
    if (next === undefined || next.done === true) {
      return { kind: "items", input, items, isLast: true };
    }
    items.push(next.value);
  }
  return { kind: "items", input, items, isLast: false };
}

/** The messages of a thread, in order. The last one is the end of the thread. */
class Messages<Output> {
  readonly #waiting: FromStream<Output>[] = [];
  #isAborted = false;
  #onMessage: (() => void) | undefined;

  constructor(worker: Worker) {
    worker
      .on("message", (message: FromStream<Output>) => {
        this.#add(message);
      })
      .on("error", (error: unknown) => {
        this.lose("Error", `It broke its thread: ${errorText(error)}`);
      })
      .on("exit", () => {
        this.lose("Exit", "It ended its thread.");
      });
  }

  async next(): Promise<FromStream<Output>> {
    for (;;) {
      if (this.#isAborted) throw new StreamAborted("The stream was cancelled.");
      const message = this.#waiting.shift();
      if (message) return message;
      await new Promise<void>((resolve) => {
        this.#onMessage = resolve;
      });
    }
  }

  abort(): void {
    this.#isAborted = true;
    this.#onMessage?.();
  }

  lose(name: string, message: string): void {
    this.#add({ kind: "failed", error: { name, message } });
  }

  #add(message: FromStream<Output>): void {
    this.#waiting.push(message);
    this.#onMessage?.();
  }
}

/**
 * Calls back once if the progress stands still. Time in which this process itself stood still does
 * not count.
 */
function watchStandstill(
  progress: () => number,
  limitMs: number,
  standing: () => void,
): NodeJS.Timeout {
  let last = progress();
  let standingMs = 0;
  let lookedAtMs = performance.now();
  const watch = setInterval(
    () => {
      const nowMs = performance.now();
      const passedMs = Math.min(nowMs - lookedAtMs, 2 * lookEveryMs);
      lookedAtMs = nowMs;
      standingMs = progress() === last ? standingMs + passedMs : 0;
      last = progress();
      if (standingMs <= limitMs) return;
      clearInterval(watch);
      standing();
    },
    Math.min(lookEveryMs, limitMs),
  );
  return watch;
}
