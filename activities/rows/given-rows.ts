import type { GlobalStep, Row } from "../../src/domain/graph/graph.js";
import type { GlobalInput } from "../../src/domain/graph/segments.js";
import { givenToGlobal } from "../../src/domain/graph/walk/global-rows.js";
import { rowsAtLeaf } from "../../src/storage/completed/rows-at-leaf.js";
import type { RowAtLeaf } from "../../src/storage/completed/rows-at-leaf.js";
import { readGlobalRows } from "../../src/storage/run/pipeline/global-rows.js";

interface StepOfRun {
  /** State folder of the pipeline's first segment. */
  readonly directory: string;
  readonly step: GlobalStep;
}

/** The rows of one step before a global step, in the form for its function. */
export class GivenRows {
  readonly #at: StepOfRun;
  readonly #input: GlobalInput;
  #read = 0;
  #isWhole = false;

  constructor(at: StepOfRun, input: GlobalInput) {
    this.#at = at;
    this.#input = input;
  }

  async *rows(): AsyncGenerator<Row, void, undefined> {
    for await (const row of this.#given()) {
      this.#read += 1;
      yield row;
    }
    this.#isWhole = true;
  }

  /** Returns the number of all rows, including those that the function has not read. */
  async count(): Promise<number> {
    if (this.#isWhole) return this.#read;
    let count = 0;
    const rows = this.#given();
    while ((await rows.next()).done !== true) count += 1;
    return count;
  }

  async *#given(): AsyncGenerator<Row, void, undefined> {
    for await (const row of this.#source()) {
      const seen = givenToGlobal(this.#at.step, row);
      if (seen) yield seen;
    }
  }

  async *#source(): AsyncGenerator<RowAtLeaf, void, undefined> {
    const { directory } = this.#at;
    if ("leaf" in this.#input) yield* rowsAtLeaf(directory, this.#input.leaf);
    else for await (const row of readGlobalRows(directory, this.#input.global)) yield { row };
  }
}

/** Returns the number of the rows of all inputs. */
export async function numberOf(inputs: readonly GivenRows[]): Promise<number> {
  let count = 0;
  for (const input of inputs) count += await input.count();
  return count;
}
