/**
 * The program inside a thread of user code. It loads functions, calls them one after the other, and
 * reports the results.
 */
import { parentPort, workerData } from "node:worker_threads";
import type {
  EndedCall,
  RowEnds,
  ThreadData,
  ThreadMessage,
  ThreadQuestion,
} from "./thread-messages.js";
import { loading, watchCalls } from "./watched-calls.js";
import type { WatchedCall } from "./watched-calls.js";

/** The state for the calls of one question. */
export interface Calls<Value> {
  /** Rows with an existing result, which are not passed to the function. */
  readonly known: RowEnds<Value>;
  /** Call it before each call of a function. */
  readonly begin: (call: WatchedCall) => void;
  /** Call it after each call. Reported results are kept if the thread is lost later. */
  readonly end: (call: EndedCall<Value>) => void;
}

export interface LoadedFunctions<Facts, Question, Answer, Value> {
  readonly facts: Facts;
  readonly answer: (question: Question, calls: Calls<Value>) => Promise<Answer>;
}

/** @param onLoad called before each function is loaded, with its index in the settings */
export type LoadFunctions<Settings, Facts, Question, Answer, Value> = (
  data: ThreadData<Settings>,
  onLoad: (place: number) => void,
) => Promise<LoadedFunctions<Facts, Question, Answer, Value>>;

/**
 * Age in ms from which results are sent. Younger results may be lost with the thread, and their
 * rows repeated, because one message per row costs too much.
 */
const tellAfterMs = 5;

/** Runs the program of a thread. Call it once. */
export async function serveFunctions<Settings, Facts, Question, Answer, Value>(
  load: LoadFunctions<Settings, Facts, Question, Answer, Value>,
): Promise<void> {
  // The data is ours: only `startThread` sets it.
  const data = workerData as ThreadData<Settings>;
  const { begin } = watchCalls(data.buffer);
  const tell = (message: ThreadMessage<Facts, Answer, Value>): void =>
    parentPort?.postMessage(message);
  const { facts, answer } = await load(data, (place) => {
    begin({ functionAt: place, from: loading, count: 0 });
  });
  parentPort?.on("message", ({ question, known }: ThreadQuestion<Question, Value>) => {
    const ended = new EndedCalls<Value>((calls) => {
      tell({ kind: "ended", calls });
    });
    const calls: Calls<Value> = {
      known,
      begin: (call) => {
        ended.tellOld();
        begin(call);
      },
      end: (call) => {
        ended.add(call);
      },
    };
    void answer(question, calls).then((given) => {
      tell({ kind: "answered", answer: given });
    });
  });
  tell({ kind: "loaded", facts });
}

class EndedCalls<Value> {
  readonly #tell: (calls: readonly EndedCall<Value>[]) => void;
  #waiting: EndedCall<Value>[] = [];
  #toldAtMs = performance.now();

  constructor(tell: (calls: readonly EndedCall<Value>[]) => void) {
    this.#tell = tell;
  }

  add(call: EndedCall<Value>): void {
    this.#waiting.push(call);
  }

  tellOld(): void {
    if (this.#waiting.length === 0 || performance.now() - this.#toldAtMs < tellAfterMs) return;
    this.#tell(this.#waiting);
    this.#waiting = [];
    this.#toldAtMs = performance.now();
  }
}
