import { countOf } from "../../count-text.js";
import { UserError } from "../../failure/user-error.js";
import type { JsonObject } from "../../json/json.js";
import { lineNumberOf } from "./line-number.js";

/**
 * Facts about the rows of a source from a first reading. Uses 8 bytes of memory per numbered row,
 * for any size of the rows.
 */
export class SourceSurvey {
  readonly name: string;
  readonly #columns = new Set<string>();
  readonly #numbers: number[] = [];
  readonly #unnumbered: number[] = [];
  #rows = 0;
  #ascending = true;

  constructor(name: string) {
    this.name = name;
  }

  see(row: JsonObject): void {
    this.#rows += 1;
    for (const column of Object.keys(row)) this.#columns.add(column);
    const number = lineNumberOf(row, `The source "${this.name}", row ${this.#rows}`);
    if (number === undefined) {
      // A message shows only the first rows without a number.
      if (this.#unnumbered.length < mostShown) this.#unnumbered.push(this.#rows);
      return;
    }
    const last = this.#numbers.at(-1) ?? -1;
    if (number <= last) this.#ascending = false;
    this.#numbers.push(number);
  }

  get columns(): ReadonlySet<string> {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** True if any row has a line number. */
  get isNumbered(): boolean {
    return this.#numbers.length > 0;
  }

  /** True if the rows can be joined in the order in which they are read. */
  get isAscending(): boolean {
    return this.#ascending;
  }

  /** Throws a `UserError` for a duplicate line number. */
  refuseDuplicates(): void {
    if (this.#ascending) return;
    const sorted = Float64Array.from(this.#numbers).sort();
    const twice = new Set<number>();
    for (let index = 1; index < sorted.length; index += 1) {
      // The index is within the array.
      const number = sorted[index] as number;
      if (number === sorted[index - 1] && twice.size <= mostShown) twice.add(number);
    }
    if (twice.size === 0) return;
    throw new UserError(
      `Expected each line number once in the source "${this.name}", got ${fewNumbers([...twice])} more than once. Correct the column \`line_number\`.`,
    );
  }

  /** Returns a warning about the rows without a number, if the source has numbers. */
  withoutNumber(): string | undefined {
    const count = this.#rows - this.#numbers.length;
    if (count === 0 || !this.isNumbered) return undefined;
    const [rows, have] = [countOf(count, "row"), count === 1 ? "has" : "have"];
    return `${rows} of the source "${this.name}" ${have} no line number and ${count === 1 ? "is" : "are"} left out: row ${fewNumbers(this.#unnumbered, count)}.`;
  }
}

const mostShown = 10;

function fewNumbers(numbers: readonly number[], count = numbers.length): string {
  const shown = numbers.slice(0, mostShown);
  const more = count - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
