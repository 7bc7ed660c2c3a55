import { describe, expect, test } from "vitest";
import { joinSources } from "../../../src/client/pipeline/join-sources.js";
import type { NamedSource } from "../../../src/client/pipeline/join-sources.js";
import type { JsonObject } from "../../../src/domain/json/json.js";

async function* rowsOf(rows: readonly JsonObject[]): AsyncGenerator<JsonObject, void, undefined> {
  yield* rows;
}

function sourceOf(name: string, ...rows: readonly JsonObject[]): NamedSource {
  return { name, rows: rowsOf(rows) };
}

async function join(...sources: readonly NamedSource[]): Promise<{
  readonly lines: readonly JsonObject[];
  readonly columns: Readonly<Record<string, readonly string[]>>;
}> {
  const seen = new Map<string, Set<string>>();
  const lines: JsonObject[] = [];
  for await (const line of joinSources(sources, seen)) lines.push(line);
  return {
    lines,
    columns: Object.fromEntries([...seen].map(([name, columns]) => [name, [...columns]])),
  };
}

describe("the lines of a run's input", () => {
  test("are the rows of a single source, and its columns are all that any row has", async () => {
    const source = sourceOf("load", { a: 1 }, { a: 2, b: "x" });
    expect(await join(source)).toEqual({
      lines: [{ a: 1 }, { a: 2, b: "x" }],
      columns: { load: ["a", "b"] },
    });
  });

  test("have the row of each source by name", async () => {
    expect(await join(sourceOf("one", { a: 1 }), sourceOf("two", { b: 2 }))).toEqual({
      lines: [{ one: { a: 1 }, two: { b: 2 } }],
      columns: { one: ["a"], two: ["b"] },
    });
  });

  test("need sources of equal lengths, which an error tells", async () => {
    const joined = join(sourceOf("one", { a: 1 }), sourceOf("two", { b: 2 }, { b: 3 }, { b: 4 }));
    await expect(joined).rejects.toThrow('"one" has 1, "two" has 3');
  });

  test("are none for an empty source", async () => {
    expect(await join(sourceOf("load"))).toEqual({ lines: [], columns: { load: [] } });
  });
});
