import { describe, expect, test } from "vitest";
import { standInCode, standInWarnings } from "../../../../src/client/plan/rows/stand-in-code.js";
import type { Graph } from "../../../../src/domain/graph/graph.js";
import type { PipelineDefinition } from "../../../../src/pipeline/definition/definition.js";
import { graphOf } from "../../../../src/pipeline/graph-of.js";

const definition: PipelineDefinition = {
  name: "pipe",
  steps: {
    load: { use: "load", file: "rows.jsonl" },
    split: { use: "./steps.ts#split", reads: ["text"], writes: ["words", "length"] },
    each: { use: "expand", columns: { words: "word" } },
    long: { use: "filter", where: "./steps.ts#isLong", reads: ["word"] },
    ask: { use: "template", llm: "test/m", template: "{{ word }}" },
    other: { use: "template", llm: "test/n", template: "{{ word }}" },
    score: { use: "./steps.ts#score", reads: ["generation"], writes: ["score"] },
  },
  edges: [
    "load >> split >> each >> long >> route(./steps.ts#choose) >> [ask, other]",
    "ask >> score",
  ],
};
const graph: Graph = graphOf(definition, new Map([["load", ["text"]]]), new Map());
const row = { text: "a b" };

function at(step: string) {
  return { step, path: "", depth: 0 };
}

describe("in place of a user's functions", () => {
  test("columns have placeholders, and a list where they are expanded", async () => {
    const { run } = standInCode({ definition, graph }, "short");
    expect(await run("./steps.ts#split", row, at("split"))).toEqual({
      words: ["ok"],
      length: "ok",
    });
  });

  test("long placeholders are as long as the row", async () => {
    const { run } = standInCode({ definition, graph }, "long");
    expect(await run("./steps.ts#score", row, at("score"))).toEqual({ score: '{"text":"a b"}' });
  });

  test("filters pass, and a router chooses the first step or all", async () => {
    const short = standInCode({ definition, graph }, "short");
    const long = standInCode({ definition, graph }, "long");
    expect(await short.run("./steps.ts#isLong", row, at("long"))).toBe(true);
    expect(await short.run("./steps.ts#choose", row, at("long"))).toEqual(["ask"]);
    expect(await long.run("./steps.ts#choose", row, at("long"))).toEqual(["ask", "other"]);
  });
});

test("a warning names the functions with a model behind them", () => {
  expect(standInWarnings(definition, graph)).toEqual([
    "The plan has placeholders for the functions of split, long, which only the run calls. `ostinato pipeline plan` runs them too.",
  ]);
});
