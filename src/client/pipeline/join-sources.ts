import type { JsonObject } from "../../domain/json/json.js";
import { UserError } from "../../domain/failure/user-error.js";

export interface NamedSource {
  readonly name: string;
  readonly rows: AsyncIterable<JsonObject>;
  /**
   * Number of the source's group. Sources of one group are joined by position; groups meet only in
   * global steps. @default 0
   */
  readonly group?: number;
}

/** Columns found in the rows of each source. */
export type SeenColumns = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Joins sources by position. With one source, a line of the run's input is its row; with several,
 * the line is an object with the row of each source by name. A source that ends before the sources
 * of other groups has no row in the remaining lines. Throws a `UserError` if the sources of a group
 * have unequal lengths.
 *
 * @param seen receives the columns of each source while the rows are read
 */
export async function* joinSources(
  sources: readonly NamedSource[],
  seen: Map<string, Set<string>>,
): AsyncGenerator<JsonObject, void, undefined> {
  const opened = sources.map(({ name, rows, group = 0 }) => {
    const columns = seen.get(name) ?? new Set<string>();
    seen.set(name, columns);
    return { name, group, columns, rows: rows[Symbol.asyncIterator]() };
  });
  for (let count = 0; ; count += 1) {
    const read = await Promise.all(opened.map(nextOf));
    const there = read.filter(({ row }) => row !== undefined);
    if (there.length === 0) return;
    for (const group of new Set(there.map((each) => each.group))) {
      const members = read.filter((each) => each.group === group);
      if (members.some(({ row }) => row === undefined)) throw await unequal(members, count);
    }
    for (const { columns, row = {} } of there)
      for (const column of Object.keys(row)) columns.add(column);
    yield opened.length === 1
      ? (there[0]?.row ?? {})
      : Object.fromEntries(there.map(({ name, row = {} }) => [name, row]));
  }
}

interface OpenSource {
  readonly name: string;
  readonly group: number;
  readonly columns: Set<string>;
  readonly rows: AsyncIterator<JsonObject>;
}

/** A source and its row at the current position, if there is one. */
type ReadSource = OpenSource & { readonly row: JsonObject | undefined };

async function nextOf(source: OpenSource): Promise<ReadSource> {
  const next = await source.rows.next();
  return { ...source, row: next.done === true ? undefined : next.value };
}

async function unequal(sources: readonly ReadSource[], count: number): Promise<UserError> {
  const lengths: string[] = [];
  for (const source of sources) {
    let length = count;
    for (let { row } = source; row !== undefined; length += 1) ({ row } = await nextOf(source));
    lengths.push(`"${source.name}" has ${length}`);
  }
  return new UserError(
    `Expected sources of equal lengths, since their rows are joined by position; ${lengths.join(", ")}. Give them equally many rows, or join them in a global step.`,
  );
}
