import { describe, expect, it } from "vitest";
import { checkGraph } from "../../../src/domain/graph/check/check-graph.js";
import type { GlobalStep, Step } from "../../../src/domain/graph/graph.js";
import { segmentsOf } from "../../../src/domain/graph/segments.js";
import { behindGlobal, givenToGlobal } from "../../../src/domain/graph/walk/global-rows.js";
import { walkRow } from "../../../src/domain/graph/walk/walk-row.js";
import { WalkPlan } from "../../../src/domain/graph/walk/walk-plan.js";
import { add, graphOf, hostOf, load } from "./graphs.js";

const global = (name: string, given: Partial<GlobalStep> = {}): GlobalStep => ({
  kind: "global",
  name,
  use: name,
  reads: [],
  writes: [],
  ...given,
});

/**
 * Facts of each segment: its sources, its other steps, its edges, and the global steps behind it.
 */
function cut(steps: readonly Step[], ...chains: readonly string[]): unknown {
  return segmentsOf(graphOf(steps, ...chains)).map(({ graph, globals }) => ({
    sources: graph.steps.filter(({ kind }) => kind === "source").map(({ name }) => name),
    steps: graph.steps.filter(({ kind }) => kind !== "source").map(({ name }) => name),
    edges: graph.edges.map(({ from, to }) => `${from} -> ${to}`),
    globals: globals.map(({ name }) => name),
  }));
}

describe("a global step cuts a pipeline:", () => {
  it("steps that do not wait for it stay before the cut", () => {
    const steps = [load, add("a"), global("all"), add("b"), add("beside"), global("last")];
    expect(cut(steps, "load >> a >> all >> b >> last", "a >> beside")).toEqual([
      {
        sources: ["load"],
        steps: ["a", "beside", "a >> all"],
        edges: ["load -> a", "a -> beside", "a -> a >> all"],
        globals: ["all"],
      },
      {
        sources: ["all"],
        steps: ["b", "b >> last"],
        edges: ["all -> b", "b -> b >> last"],
        globals: ["last"],
      },
    ]);
  });

  it("no row walks between global steps in a row, nor behind the last", () => {
    const steps = [load, global("one"), global("two")];
    expect(cut(steps, "load >> one >> two")).toEqual([
      {
        sources: ["load"],
        steps: ["load >> one"],
        edges: ["load -> load >> one"],
        globals: ["one"],
      },
      { sources: [], steps: [], edges: [], globals: ["two"] },
    ]);
  });

  it("a router behind it chooses among steps and further global steps", () => {
    const router = { kind: "sample", n: 1, seed: 0 } as const;
    const steps = [load, global("one", { router }), add("a"), global("two")];
    expect(cut(steps, "load >> one >> [a, two]")).toMatchObject([
      { globals: ["one"] },
      { sources: ["one"], steps: ["a", "one >> two"], globals: ["two"] },
    ]);
  });

  it("rows of several segments meet in one", () => {
    const steps = [load, add("a"), global("one"), add("b"), global("two"), add("c")];
    expect(cut(steps, "load >> a >> one >> b >> two >> c", "a >> two")).toMatchObject([
      { steps: ["a", "a >> one", "a >> two"], globals: ["one"] },
      { sources: ["one"], steps: ["b", "b >> two"], globals: ["two"] },
      { sources: ["two"], steps: ["c"], globals: [] },
    ]);
  });

  it("two of them begin the same segment", () => {
    const steps = [load, global("one"), global("two"), add("a"), add("b")];
    expect(cut(steps, "load >> [one, two]", "one >> a", "two >> b")).toMatchObject([
      { steps: ["load >> one", "load >> two"], globals: ["one", "two"] },
      { sources: ["one", "two"], edges: ["one -> a", "two -> b"], globals: [] },
    ]);
  });
});

it("a row waits for a global step where its router sends it; its other branch goes on", async () => {
  const routed: Step = { ...load, router: { kind: "own", use: "way" } };
  const steps = [routed, global("all"), add("a"), add("b")];
  const [first] = segmentsOf(graphOf(steps, "load >> [all, a, b]"));
  if (!first) throw new Error("Expected a segment.");
  const host = hostOf({ route: () => ["all", "b"] });
  const walk = await walkRow(new WalkPlan(first.graph), { load: { text: "x" } }, host);
  expect(walk.rows).toEqual([
    { leaf: "b", path: "", row: { text: "x", b: "b" } },
    { leaf: "load >> all", path: "", row: { text: "x" } },
  ]);
  expect(walk.done).toEqual({ load: 1, b: 1 });
});

it("a walk passes over the steps behind a source without a row", async () => {
  const steps = [load, { ...load, name: "other" }, add("a"), add("b")];
  const plan = new WalkPlan(graphOf(steps, "load >> a", "other >> b"));
  const walk = await walkRow(plan, { other: { text: "y" } }, hostOf());
  expect(walk.rows).toEqual([{ leaf: "b", path: "", row: { text: "y", b: "b" } }]);
});

describe("the check of rows behind a global step:", () => {
  const combine: Step = { kind: "combine", name: "both" };

  it("refuses to join them with others", () => {
    const steps = [load, add("a"), global("all"), add("b"), combine];
    expect(checkGraph(graphOf(steps, "load >> [a, all]", "all >> b", "[a, b] >> both"))).toEqual({
      problems: [
        {
          step: "both",
          message:
            'The step "both" joins the rows of "a" with those of "b" behind the global step "all". A global step makes rows of its own, so no row of the one belongs to a row of the other. Give both to a global step.',
        },
      ],
      warnings: [],
      columns: new Map(),
    });
  });

  it("joins branches of them, and begins them anew behind an expand", () => {
    const expand: Step = { kind: "expand", name: "each", columns: { text: "word" } };
    const steps = [load, expand, global("all"), add("a"), add("b"), combine];
    const graph = graphOf(steps, "load >> each >> all >> [a, b] >> both", "load >> all");
    expect(checkGraph(graph).problems).toEqual([]);
  });

  it("refuses a mapping that hides a column", () => {
    const all = global("all", { reads: ["text"], inputs: { text: "a" } });
    const [problem] = checkGraph(graphOf([load, add("a"), all], "load >> a >> all")).problems;
    expect(problem?.message).toBe(
      'The step "all" reads "a" as "text", and its rows have a column "text", which would be lost. Rename that column in a step before.',
    );
  });
});

describe("the border of a global step:", () => {
  const best = global("best", {
    reads: ["text"],
    writes: ["rank"],
    inputs: { text: "body" },
    outputs: { rank: "place" },
  });

  it("maps columns on the way in, and back on the way out", () => {
    expect(givenToGlobal(best, { row: { body: "x", n: 1 } })).toEqual({ n: 1, text: "x" });
    const behind = behindGlobal(best, { text: "x", n: 1, rank: 2 });
    expect(behind).toEqual({ body: "x", n: 1, place: 2 });
  });

  it("leaves out failed rows unless it accepts errors", () => {
    const failure = { step: "a", type: "Error", message: "no" };
    const failed = { row: { body: null }, failure };
    expect(givenToGlobal(best, failed)).toBeUndefined();
    expect(givenToGlobal({ ...best, accepts: "errors" }, failed)).toEqual({ text: null });
  });

  it("refuses a row without a declared column", () => {
    expect(() => behindGlobal(best, { text: "x" })).toThrow(
      'The step "best" declares the column "rank", and best returned a row without it: {"text":"x"}.',
    );
  });
});
