import { StepTally } from "../../src/domain/graph/step-counts.js";
import type { WalkResult } from "../../src/domain/graph/walk/walk.js";
import type { StepCalls, StepReport } from "../../src/storage/run/step-report.js";

/** Time between two reports of a process whose rows are under way. */
const everyMs = 1_000;

/** Counts the rows and calls of each step in this process, and reports them while rows are under way. */
export class StepBoard {
  readonly #write: (report: StepReport) => Promise<void>;
  readonly #tally = new StepTally();
  readonly #calls = new Map<string, { waiting: number; inFlight: number }>();
  #rows = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing = Promise.resolve();

  /** @param write rejections are ignored, because the counts are for people */
  constructor(write: (report: StepReport) => Promise<void>) {
    this.#write = write;
  }

  enter(): void {
    this.#rows += 1;
    this.#timer ??= setInterval(() => void this.#report(), everyMs).unref();
  }

  leave(): void {
    this.#rows -= 1;
    if (this.#rows > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    void this.#report();
  }

  noteWalk(walk: WalkResult): void {
    this.#tally.add(walk);
  }

  /** Counts a call as waiting until it has its slot, then as in flight until it ends. */
  begin(step: string): { readonly sent: () => void; readonly end: () => void } {
    const calls = this.#calls.get(step) ?? { waiting: 0, inFlight: 0 };
    this.#calls.set(step, calls);
    let at: keyof StepCalls = "waiting";
    calls.waiting += 1;
    return {
      sent: () => {
        calls[at] -= 1;
        at = "inFlight";
        calls.inFlight += 1;
      },
      end: () => {
        calls[at] -= 1;
      },
    };
  }

  /** Resolves once the last report is written. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }

  async #report(): Promise<void> {
    const calls = Object.fromEntries([...this.#calls].map(([step, one]) => [step, { ...one }]));
    const report = { writtenAt: Date.now(), counts: this.#tally.counts(), calls };
    this.#writing = this.#writing.then(async () => this.#write(report)).catch(() => undefined);
    await this.#writing;
  }
}
