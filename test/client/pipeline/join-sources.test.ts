import { describe, expect, test } from "vitest";
import { joinSources } from "../../../src/client/pipeline/join-sources.js";
import type { NamedSource } from "../../../src/client/pipeline/join-sources.js";
import { defined } from "../../../src/domain/defined.js";
import type { GlobalStep } from "../../../src/domain/graph/graph.js";
import { sourceGroups } from "../../../src/domain/graph/source-groups.js";
import { add, graphOf, load } from "../../domain/graph/graphs.js";
import type { JsonObject } from "../../../src/domain/json/json.js";

const all: GlobalStep = { kind: "global", name: "all", use: "all", reads: [], writes: [] };

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

test("sources that meet in a global step alone may have unequal lengths", async () => {
  const steps = [load, { ...load, name: "more" }, { ...load, name: "less" }, add("both"), all];
  const edges = ["[load, more] >> both >> all", "less >> all"];
  const groups = sourceGroups(graphOf(steps, ...edges));
  expect(groups.get("load")).toBe(groups.get("more"));
  expect(groups.get("less")).not.toBe(groups.get("load"));
  const apart = (source: NamedSource): NamedSource => ({
    ...source,
    ...defined({ group: groups.get(source.name) }),
  });
  const two = apart(sourceOf("load", { a: 1 }, { a: 2 }));
  expect(await join(two, apart(sourceOf("less", { b: 1 })))).toEqual({
    lines: [{ load: { a: 1 }, less: { b: 1 } }, { load: { a: 2 } }],
    columns: { load: ["a"], less: ["b"] },
  });
});

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
