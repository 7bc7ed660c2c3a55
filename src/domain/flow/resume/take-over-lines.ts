import { addPosition } from "../../experiment/ranges.js";
import type { Range } from "../../experiment/ranges.js";
import { canonicalJson } from "../../json/canonical-json.js";
import type { JsonObject } from "../../json/json.js";

export interface ResumedLine {
  readonly number: number;
  readonly inputs: JsonObject;
}

export interface EarlierLine extends ResumedLine {
  readonly status: "completed" | "failed";
}

/** A line of a resumed run. */
export interface TakenLine<Line, Earlier> {
  readonly line: Line;
  /** The completed line of the earlier run. Absent for a line that is run. */
  readonly earlier?: Earlier;
}

/**
 * Finds the completed line of an earlier run for each line of a new run, by number, because
 * positions in the two runs may differ. Holds one line of each run in memory.
 *
 * @param lines lines in ascending order of their numbers
 * @param earlier lines in ascending order of their numbers
 */
export async function* takeOverLines<Line extends ResumedLine, Earlier extends EarlierLine>(
  lines: AsyncIterable<Line>,
  earlier: AsyncIterable<Earlier>,
  tally: TakeOverTally,
): AsyncGenerator<TakenLine<Line, Earlier>, void, undefined> {
  const cursor = new Cursor(earlier, tally);
  try {
    for await (const line of lines) {
      const found = await cursor.lineAt(line.number);
      const completed = found?.status === "completed" ? found : undefined;
      tally.take(line, completed);
      yield completed ? { line, earlier: completed } : { line };
    }
    await cursor.lineAt(Infinity);
  } finally {
    await cursor.end();
  }
}

/** Reads the lines of the earlier run in order. */
class Cursor<Earlier extends EarlierLine> {
  readonly #iterator: AsyncIterator<Earlier>;
  readonly #tally: TakeOverTally;
  #next: IteratorResult<Earlier> | undefined;

  constructor(lines: AsyncIterable<Earlier>, tally: TakeOverTally) {
    this.#iterator = lines[Symbol.asyncIterator]();
    this.#tally = tally;
  }

  /**
   * Returns the line with a number, which must not be below any earlier number. Skips the lines
   * before it.
   */
  async lineAt(number: number): Promise<Earlier | undefined> {
    for (;;) {
      const next = (this.#next ??= await this.#iterator.next());
      if (next.done === true || next.value.number > number) return undefined;
      this.#next = undefined;
      if (next.value.number === number) return next.value;
      this.#tally.leave(next.value);
    }
  }

  async end(): Promise<void> {
    await this.#iterator.return?.();
  }
}

/** Counts the lines that a resumed run reuses, with ranges of line numbers. */
export class TakeOverTally {
  taken = 0;
  run = 0;
  /** Lines whose outputs come from inputs that have changed since. */
  readonly otherInputs: Range[] = [];
  /** Completed lines of the earlier run that the new run does not contain. */
  readonly left: Range[] = [];

  take(line: ResumedLine, earlier: ResumedLine | undefined): void {
    if (!earlier) {
      this.run += 1;
      return;
    }
    this.taken += 1;
    if (canonicalJson(line.inputs) !== canonicalJson(earlier.inputs)) {
      addPosition(this.otherInputs, line.number);
    }
  }

  leave({ number, status }: EarlierLine): void {
    if (status === "completed") addPosition(this.left, number);
  }
}
