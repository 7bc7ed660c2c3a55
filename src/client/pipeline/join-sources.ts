import type { JsonObject } from "../../domain/json/json.js";
import { UserError } from "../../domain/failure/user-error.js";

export interface NamedSource {
  readonly name: string;
  readonly rows: AsyncIterable<JsonObject>;
}

/** The columns that each source has been seen to have. */
export type SeenColumns = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Joins sources by position. A line of the run's input is the row of the only source, or an object
 * with the row of each source by name. Throws a `UserError` if the sources have unequal lengths.
 *
 * @param seen gets the columns of each source on the way
 */
export async function* joinSources(
  sources: readonly NamedSource[],
  seen: Map<string, Set<string>>,
): AsyncGenerator<JsonObject, void, undefined> {
  const columns = sources.map(({ name }) => {
    const known = seen.get(name) ?? new Set<string>();
    seen.set(name, known);
    return known;
  });
  const iterators = sources.map(({ rows }) => rows[Symbol.asyncIterator]());
  const [only, ...others] = sources;
  for (let count = 0; ; count += 1) {
    const next = await Promise.all(iterators.map(async (each) => each.next()));
    if (next.every(({ done }) => done)) return;
    const rows = next.map((each) => (each.done === true ? undefined : each.value));
    const ended = rows.findIndex((row) => row === undefined);
    if (ended !== -1) throw await unequal(sources, { iterators, rows, count });
    rows.forEach((row, index) => {
      for (const column of Object.keys(row ?? {})) columns[index]?.add(column);
    });
    yield only && others.length === 0
      ? (rows[0] ?? {})
      : Object.fromEntries(sources.map(({ name }, index) => [name, rows[index] ?? {}]));
  }
}

async function unequal(
  sources: readonly NamedSource[],
  at: {
    readonly iterators: readonly AsyncIterator<JsonObject>[];
    readonly rows: readonly (JsonObject | undefined)[];
    readonly count: number;
  },
): Promise<UserError> {
  const lengths: string[] = [];
  for (const [index, { name }] of sources.entries()) {
    let length = at.count;
    for (let row = at.rows[index]; row !== undefined; length += 1) {
      const next = await at.iterators[index]?.next();
      row = next === undefined || next.done === true ? undefined : next.value;
    }
    lengths.push(`"${name}" has ${length}`);
  }
  return new UserError(
    `Expected sources of equal lengths, since their rows are joined by position; ${lengths.join(", ")}. Give them equally many rows, or join them in a global step.`,
  );
}
