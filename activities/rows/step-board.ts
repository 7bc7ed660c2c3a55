import { computed } from "../../src/domain/computed.js";
import { countsOfLine } from "../../src/domain/flow/count-line.js";
import type { LineEnd } from "../../src/domain/flow/line.js";
import { StepTally } from "../../src/domain/graph/step-counts.js";
import type { WalkResult } from "../../src/domain/graph/walk/walk.js";
import type { StepCalls, StepReport } from "../../src/storage/run/pipeline/step-report.js";

/** Time in ms between two reports of a process with rows in progress. */
const everyMs = 1_000;

const mostShown = 100;

/** A row that makes a call, and the `<api>/<model>` that it asks. */
export interface RowAt {
  readonly position: number;
  readonly target: string;
}

export interface ShownCall {
  /** Called when the call has its slot. */
  readonly sent: () => void;
  readonly end: () => void;
}

/**
 * Counts the rows and calls of each step in this process, and reports them while rows are in
 * progress.
 */
export class StepBoard {
  readonly #write: (report: StepReport) => Promise<void>;
  readonly #tally = new StepTally();
  readonly #calls = new Map<string, { waiting: number; inFlight: number }>();
  readonly #models = new Map<string, Set<string>>();
  /** Calls by row. */
  readonly #shown = new Map<number, Set<{ text: string }>>();
  #rows = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing = Promise.resolve();

  /**
   * @param write writes a report. Its rejections are ignored, because the counts are only
   *   displayed.
   */
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

  noteLine(line: LineEnd): void {
    this.#tally.add(countsOfLine(line));
  }

  /** Counts a call as waiting until it has its slot, then as in flight until it ends. */
  begin(step: string, { position, target }: RowAt): ShownCall {
    const shown = { text: `${step}: waits for a slot of ${target}` };
    const ofRow = computed(this.#shown, position, () => new Set());
    ofRow.add(shown);
    const calls = this.#calls.get(step) ?? { waiting: 0, inFlight: 0 };
    this.#calls.set(step, calls);
    computed(this.#models, step, () => new Set()).add(target);
    let at: keyof StepCalls = "waiting";
    calls.waiting += 1;
    return {
      sent: () => {
        calls[at] -= 1;
        at = "inFlight";
        calls.inFlight += 1;
        shown.text = `${step}: asks ${target}`;
      },
      end: () => {
        calls[at] -= 1;
        ofRow.delete(shown);
        if (ofRow.size === 0 && this.#shown.get(position) === ofRow) this.#shown.delete(position);
      },
    };
  }

  /**
   * Returns the steps with a call by row, and whether the call waits. At most 100 rows, for
   * display.
   */
  rowsAt(isOwn: (position: number) => boolean): Readonly<Record<string, string>> {
    const rows: Record<string, string> = {};
    let count = 0;
    for (const [position, calls] of this.#shown) {
      if (!isOwn(position)) continue;
      rows[`row ${position}`] = Array.from(calls, ({ text }) => text).join("; ");
      count += 1;
      if (count === mostShown) break;
    }
    return rows;
  }

  /** Resolves once the last report is written. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }

  async #report(): Promise<void> {
    const calls = Object.fromEntries([...this.#calls].map(([step, one]) => [step, { ...one }]));
    const models = Object.fromEntries([...this.#models].map(([step, own]) => [step, [...own]]));
    const report = { writtenAt: Date.now(), counts: this.#tally.counts(), calls, models };
    this.#writing = this.#writing.then(async () => this.#write(report)).catch(() => undefined);
    await this.#writing;
  }
}
