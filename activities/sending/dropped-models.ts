import type { Failure } from "../../src/domain/record/outcome.js";

/** Age in ms up to which the dropped models count as known. */
const freshMs = 1_000;

/** The models that a person has dropped from a run while it sends. */
export class DroppedModels {
  readonly #read: () => Promise<readonly string[]>;
  #targets: ReadonlySet<string> = new Set();
  #readAtMs = -Infinity;
  #reading: Promise<void> | undefined;

  constructor(read: () => Promise<readonly string[]>) {
    this.#read = read;
  }

  /** Reads the dropped models again, unless they were read a moment ago. */
  async refresh(): Promise<void> {
    if (Date.now() - this.#readAtMs < freshMs) return;
    this.#reading ??= this.#readNow().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  /** Returns the reason why a model gets no calls, at the last `refresh`. */
  failureOf(target: string): Failure | undefined {
    if (!this.#targets.has(target)) return undefined;
    return { type: "Dropped", message: `${target} was dropped with \`ostinato cancel --model\`.` };
  }

  async #readNow(): Promise<void> {
    const atMs = Date.now();
    this.#targets = new Set(await this.#read());
    this.#readAtMs = atMs;
  }
}
