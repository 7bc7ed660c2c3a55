import { defined } from "../defined.js";
import { countOf } from "../count-text.js";

/**
 * Invalid lines with the same problem, e.g. 667 records of one API that lack the same parameter.
 */
export interface ProblemGroup {
  /** Problem in one sentence. */
  readonly problem: string;
  /** The API of the records, if the lines have one. */
  readonly api?: string;
  /** Number of the lines. */
  readonly count: number;
  /** Numbers of the first lines, starting at 1. */
  readonly lines: readonly number[];
}

const shownLines = 5;
/**
 * Maximum number of groups. A file in which each line has a different problem must not fill the
 * memory.
 */
const mostGroups = 100_000;

/** Groups the problems of an input's lines, in the order of the first line of each. */
export class ProblemGroups {
  readonly #groups = new Map<
    string,
    { problem: string; api?: string; count: number; lines: number[] }
  >();

  add(line: number, problems: readonly string[], api?: string): void {
    for (const problem of problems) {
      const key = `${api ?? ""}\n${kindOf(problem)}`;
      const known = this.#groups.get(key);
      if (!known && this.#groups.size >= mostGroups) continue;
      const group = known ?? { problem, ...defined({ api }), count: 0, lines: [] };
      group.count += 1;
      if (group.problem !== problem) group.problem = asExample(group.problem);
      // With several models, one line makes several records.
      if (group.lines.length < shownLines && group.lines.at(-1) !== line) group.lines.push(line);
      this.#groups.set(key, group);
    }
  }

  all(): readonly ProblemGroup[] {
    return [...this.#groups.values()];
  }
}

/**
 * Returns the kind of a problem. Problems that differ only in numbers have the same kind, because a
 * column of them is one mistake.
 */
function kindOf(problem: string): string {
  return problem.replace(gotValue, "");
}

/** Turns `Expected …, got 5.` into `Expected …, got e.g. 5.` */
function asExample(problem: string): string {
  return problem.replace(gotValue, ", got e.g. $1");
}

const gotValue = /, got (-?[\d.]+\.)$/;

/**
 * Formats a problem as `line 3: …`, or `667 records of anthropic, lines 3, 6, 9, 12, 15 …: …`.
 * @param place word for a line of the file
 */
export function problemText({ problem, api, count, lines }: ProblemGroup, place: string): string {
  const numbers = lines.join(", ");
  if (count === 1) return `${place} ${numbers}: ${problem}`;
  const more = lines.length === shownLines && count > shownLines ? " …" : "";
  const places = `${place}${lines.length === 1 ? "" : "s"} ${numbers}${more}`;
  const records = `${countOf(count, "record")}${api === undefined ? "" : ` of ${api}`}`;
  return `${records}, ${places}: ${problem}`;
}
