import { expect, it } from "vitest";
import { drawGraph } from "../../../src/domain/graph/draw.js";
import { add, graphOf, load } from "./graphs.js";

it("draws a graph as mermaid, with its routers, columns and notes", () => {
  const router = { kind: "sample", n: 1, seed: 0 } as const;
  const steps = [{ ...load, router }, add("a", { use: "text-generation" }), add("b")];
  const drawn = drawGraph(graphOf(steps, "load >> [a, b]"), {
    columns: new Map([["load", ["text", 'a "b"']]]),
    notes: new Map([["a", "3 done"]]),
  });
  expect(drawn.split("\n")).toEqual([
    "flowchart TD",
    '  s0[("load<br/>source")]',
    '  s1["a<br/>text-generation<br/>3 done"]',
    '  s2["b"]',
    '  s0_router{{"1 at random"}}',
    "  s0 --> s0_router",
    '  s0_router -->|"text, a &quot;b&quot;"| s1',
    '  s0_router -->|"text, a &quot;b&quot;"| s2',
    "",
  ]);
});
