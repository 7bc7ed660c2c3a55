import { addPosition } from "../../experiment/ranges.js";
import type { Range } from "../../experiment/ranges.js";
import { UserError } from "../../failure/user-error.js";
import type { JsonObject } from "../../json/json.js";
import type { SourceSurvey } from "./source-survey.js";

/** A row with the number by which it is joined. */
export interface NumberedRow {
  readonly number: number;
  readonly row: JsonObject;
}

/** Rows in ascending order of their numbers. Numbers are unique. */
export interface NumberedSource {
  readonly name: string;
  readonly rows: AsyncIterable<NumberedRow>;
}

export interface JoinedLine {
  readonly number: number;
  /** Rows by source. */
  readonly rows: Readonly<Record<string, JsonObject>>;
}

/** Lines that some sources lack. */
export interface DroppedLines {
  readonly reason: string;
  readonly lines: readonly Range[];
}

/**
 * Checks before the join that the sources fit together. Throws a `UserError` for a source without
 * rows, for duplicate line numbers in a source, and for sources without line numbers that have
 * different lengths.
 */
export function checkSources(surveys: readonly SourceSurvey[]): void {
  for (const survey of surveys) {
    if (survey.rows === 0) {
      throw new UserError(
        `Expected rows in the source "${survey.name}", found none. Check its file or folder.`,
      );
    }
    survey.refuseDuplicates();
  }
  const unnumbered = surveys.filter(({ isNumbered }) => !isNumbered);
  if (new Set(unnumbered.map(({ rows }) => rows)).size <= 1) return;
  const lengths = unnumbered.map(({ name, rows }) => `"${name}" has ${rows}`);
  throw new UserError(
    `Expected sources of equal lengths, since rows without \`line_number\` are joined by their order; ${lengths.join(", ")}. Give them equally many rows, or a column \`line_number\`.`,
  );
}

/**
 * Joins the rows of all sources by number, with one row of each source in memory. A line that is
 * missing in a source is left out and counted in `dropped`.
 */
export async function* joinSources(
  sources: readonly NumberedSource[],
  dropped: DroppedTally,
): AsyncGenerator<JoinedLine, void, undefined> {
  const heads = sources.map(({ name, rows }) => new Head(name, rows));
  try {
    await Promise.all(heads.map(async (head) => head.next()));
    for (;;) {
      const number = Math.min(...heads.map((head) => head.number));
      if (number === Infinity) return;
      const here = heads.filter((head) => head.number === number);
      if (here.length === heads.length) {
        yield { number, rows: Object.fromEntries(here.map(({ name, row }) => [name, row])) };
      } else {
        const missing = heads.filter((head) => head.number !== number);
        dropped.add(
          number,
          missing.map(({ name }) => name),
        );
      }
      await Promise.all(here.map(async (head) => head.next()));
    }
  } finally {
    await Promise.all(heads.map(async (head) => head.end()));
  }
}

/** Reads a source row by row. */
class Head {
  readonly name: string;
  /** Number of the current row; `Infinity` after the last row. */
  number = Infinity;
  row: JsonObject = {};
  readonly #iterator: AsyncIterator<NumberedRow>;

  constructor(name: string, rows: AsyncIterable<NumberedRow>) {
    this.name = name;
    this.#iterator = rows[Symbol.asyncIterator]();
  }

  async next(): Promise<void> {
    const next = await this.#iterator.next();
    this.number = next.done === true ? Infinity : next.value.number;
    this.row = next.done === true ? {} : next.value.row;
  }

  async end(): Promise<void> {
    await this.#iterator.return?.();
  }
}

/** Counts dropped lines by reason. Ranges keep the memory small for consecutive lines. */
export class DroppedTally {
  readonly #lines = new Map<string, Range[]>();

  /** @param number number of the line, not below any earlier number */
  add(number: number, missing: readonly string[]): void {
    const reason = `no row in ${missing.map((name) => `"${name}"`).join(" and ")}`;
    const ranges = this.#lines.get(reason) ?? [];
    this.#lines.set(reason, ranges);
    addPosition(ranges, number);
  }

  all(): readonly DroppedLines[] {
    return [...this.#lines].map(([reason, lines]) => ({ reason, lines }));
  }
}
