import { describe, expect, it } from "vitest";
import { parseEdges } from "../../../../src/domain/graph/definition/edge-text.js";

const edgesIn = (text: string): readonly string[] => {
  const { edges, problems } = parseEdges(text);
  expect(problems).toEqual([]);
  return edges.map(({ from, to }) => `${from}>${to}`);
};

describe("edges as text", () => {
  it("lead from each step to each step of the next part", () => {
    expect(edgesIn("load >> [a, b] >> join >> end")).toEqual([
      "load>a",
      "load>b",
      "a>join",
      "b>join",
      "join>end",
    ]);
    expect(edgesIn("[a,b]>>[c,d]")).toEqual(["a>c", "a>d", "b>c", "b>d"]);
  });

  it("may go through a router, which belongs to the step before it", () => {
    const { edges, routers } = parseEdges(
      "load >> sample-n-steps(2, seed: 7, per: 50) >> [a, b, c]",
    );
    expect(edges).toHaveLength(3);
    expect([...routers]).toEqual([["load", { kind: "sample", n: 2, seed: 7, per: 50 }]]);
    const own = parseEdges("load >> route(./routes.ts#byLength) >> [a, b]");
    expect([...own.routers]).toEqual([["load", { kind: "own", use: "./routes.ts#byLength" }]]);
  });

  it("may begin with a router: then they take a dataset", () => {
    const { edges, routers } = parseEdges("sample-n-steps(1) >> [a, b] >> join");
    expect(edges.map(({ from, to }) => `${from}>${to}`)).toEqual([
      "dataset>a",
      "dataset>b",
      "a>join",
      "b>join",
    ]);
    expect(routers.get("dataset")).toEqual({ kind: "sample", n: 1, seed: 0 });
  });

  it.each([
    ["load", "an edge leads from one step to another: a >> b."],
    ["load >> >> a", 'a step is missing beside ">>".'],
    ["load >> [a, ]", "a list has an empty place."],
    ["load >> a b", '"a b" is no name of a step.'],
    ["load >> sample-n-steps(x) >> [a, b]", 'sample-n-steps takes a whole number, got "x".'],
    [
      "load >> sample-n-steps(1, n: 2) >> [a, b]",
      'sample-n-steps takes `seed` and `per`, got "n: 2".',
    ],
    [
      "load >> sample(1) >> [a, b]",
      'there is no router "sample". Use sample-n-steps(n) or route(./file.ts#name).',
    ],
    ["load >> route(pick) >> [a, b]", "route(…) takes a function: route(./file.ts#name)."],
    [
      "[a, b] >> sample-n-steps(1) >> [c, d]",
      "a router follows several steps. Give each of them a text of its own.",
    ],
    [
      "a >> sample-n-steps(1) >> sample-n-steps(1) >> b",
      "a router follows a router. Put steps between them.",
    ],
    ["a >> sample-n-steps(1)", "nothing follows the router. Name the steps that it chooses from."],
  ])("that can't be read say why: %s", (text, reason) => {
    expect(parseEdges(text)).toMatchObject({
      edges: [],
      problems: [`The edges ${JSON.stringify(text)} can't be read: ${reason}`],
    });
  });
});
