import { describe, expect, test } from "vitest";
import { chainTexts } from "../../../../src/domain/graph/definition/chain-text.js";
import { parseEdges } from "../../../../src/domain/graph/definition/edge-text.js";
import type { Edge, Router } from "../../../../src/domain/graph/graph.js";

const sample: Router = { kind: "sample", n: 2, seed: 0 };

function edgesOf(text: string): readonly Edge[] {
  return text.split(" ").map((edge) => {
    const [from = "", to = ""] = edge.split(">");
    return { from, to };
  });
}

describe("edges are few and long texts", () => {
  test.each<[string, ReadonlyMap<string, Router>, readonly string[]]>([
    ["a>b b>c", new Map(), ["a >> b >> c"]],
    ["a>b a>c b>d c>d d>e", new Map(), ["a >> [b, c] >> d >> e"]],
    ["a>b a>c b>d c>d", new Map([["a", sample]]), ["a >> sample-n-steps(2) >> [b, c] >> d"]],
    ["a>b b>c a>d", new Map(), ["a >> [b, d]", "b >> c"]],
    // d lists c before b.
    ["a>b a>c c>d b>d", new Map(), ["a >> b", "a >> c", "c >> d", "b >> d"]],
    [
      "a>b a>c c>d b>d",
      new Map([["a", { kind: "own", use: "./f.ts#r", per: 50 }]]),
      ["a >> route(./f.ts#r, per=50) >> [b, c]", "c >> d", "b >> d"],
    ],
    [
      "a>b a>c",
      new Map([["a", { kind: "sample", n: 1, seed: 7, per: 2 }]]),
      ["a >> sample-n-steps(1, seed=7, per=2) >> [b, c]"],
    ],
  ])("%s", (text, routers, expected) => {
    const texts = chainTexts(edgesOf(text), routers);
    expect(texts).toEqual(expected);
    const read = texts.map(parseEdges);
    expect(read.flatMap(({ problems }) => problems)).toEqual([]);
    expect(new Map(read.flatMap((each) => [...each.routers]))).toEqual(routers);
  });
});
