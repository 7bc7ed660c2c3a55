import { ThreadLost, startThread } from "./supervised-thread.js";
import type { SupervisedThread } from "./supervised-thread.js";
import type { EndedCall, RowEnd } from "./thread-messages.js";
import { loading } from "./watched-calls.js";

export interface FunctionsOptions<Settings> {
  /** Path of the compiled module that calls `serveFunctions`. */
  readonly program: string;
  /** Settings with the functions. */
  readonly settings: Settings;
  /** Timeout of one call, in ms. */
  readonly callLimitMs: number;
  /** Maximum heap of the thread, in MB. @default 512 */
  readonly mostHeapMb?: number;
}

const defaultHeapMb = 512;
/** Number of lost threads after which a function is not called any more. */
const mostLosses = 3;

/**
 * A user's functions in a separate thread. A function that loops, exhausts the memory, ends the
 * process or throws outside a promise loses its thread. Only the rows of that call fail, with the
 * reason in a sentence. The thread is replaced, and existing results are kept. After three lost
 * threads a function is not called any more, so every question ends. Ask one question at a time.
 */
export class SupervisedFunctions<Settings, Facts, Question, Answer, Value> {
  readonly #options: FunctionsOptions<Settings>;
  readonly #unloadable = new Map<number, string>();
  readonly #givenUp = new Map<number, string>();
  readonly #losses = new Map<number, number>();
  #thread: SupervisedThread<Facts, Question, Answer, Value> | undefined;
  #facts: Facts | undefined;

  constructor(options: FunctionsOptions<Settings>) {
    this.#options = options;
  }

  /** Loads the functions and returns the facts that their program reports. */
  async load(): Promise<Facts> {
    const known: MutableEnds<Value> = new Map();
    for (;;) {
      if (this.#thread && this.#facts !== undefined) return this.#facts;
      await this.#untilLost(known, async () => this.#start());
    }
  }

  async ask(question: Question): Promise<Answer> {
    const known: MutableEnds<Value> = new Map();
    for (;;) {
      const answered = await this.#untilLost(known, async () => {
        const thread = this.#thread ?? (await this.#start());
        const answer = await thread.ask({ question, known }, (call) => {
          keep(known, call);
        });
        return { answer };
      });
      if (answered) return answered.answer;
    }
  }

  async end(): Promise<void> {
    await this.#thread?.end();
    this.#thread = undefined;
  }

  /** Waits for a result. Returns `undefined` if the thread was lost in the meantime. */
  async #untilLost<Result>(
    known: MutableEnds<Value>,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      await this.end();
      this.#blame(error, known);
      return undefined;
    }
  }

  async #start(): Promise<SupervisedThread<Facts, Question, Answer, Value>> {
    const { settings, mostHeapMb = defaultHeapMb, ...options } = this.#options;
    const data = { settings, unloadable: this.#unloadable, givenUp: this.#givenUp };
    this.#thread = startThread({ ...options, data, mostHeapMb });
    this.#facts = await this.#thread.loaded();
    return this.#thread;
  }

  /** Counts a lost thread against the running function. Any other error is a bug of ours. */
  #blame(error: unknown, known: MutableEnds<Value>): void {
    if (!(error instanceof ThreadLost) || !error.call) throw error;
    const { functionAt, from, count } = error.call;
    if (from === loading) {
      this.#unloadable.set(functionAt, error.message);
      return;
    }
    const losses = (this.#losses.get(functionAt) ?? 0) + 1;
    this.#losses.set(functionAt, losses);
    if (losses >= mostLosses) {
      this.#givenUp.set(functionAt, `Given up after ${mostLosses} times: ${error.message}`);
      return;
    }
    const ends = Array.from({ length: count }, () => ({ error: error.message }));
    keep(known, { functionAt, from, ends });
  }
}

type MutableEnds<Value> = Map<number, Map<number, RowEnd<Value>>>;

/** Keeps the first result of each row. */
function keep<Value>(
  known: MutableEnds<Value>,
  { functionAt, from, ends }: EndedCall<Value>,
): void {
  const rows = known.get(functionAt) ?? new Map<number, RowEnd<Value>>();
  known.set(functionAt, rows);
  ends.forEach((end, at) => {
    if (!rows.has(from + at)) rows.set(from + at, end);
  });
}
