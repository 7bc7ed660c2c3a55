import { describe, expect, it } from "vitest";
import { checkGraph } from "../../../../src/domain/graph/check/check-graph.js";
import type { Graph, Step } from "../../../../src/domain/graph/graph.js";
import { add, graphOf, load } from "../graphs.js";

const messages = (graph: Graph): readonly string[] =>
  checkGraph(graph).problems.map(({ message }) => message);

const router = (n: number): Pick<Step, "router"> => ({ router: { kind: "sample", n, seed: 1 } });

describe("the check of a graph's shape", () => {
  it("passes a sound graph, and tells the columns behind each step", () => {
    const group: Step = { kind: "group", name: "g", columns: { generation: "generations" } };
    const models = ["a", "b"].map((name) => add(name, { reads: ["text"], writes: ["generation"] }));
    const check = checkGraph(graphOf([load, ...models, group], "load >> [a, b] >> g"));
    expect(check.problems).toEqual([]);
    expect(check.warnings).toEqual([]);
    expect([...check.columns]).toEqual([
      ["load", ["text"]],
      ["a", ["text", "generation"]],
      ["b", ["text", "generation"]],
      ["g", ["text", "generations"]],
    ]);
  });

  it("tells every problem at once", () => {
    const graph = graphOf(
      [load, { ...load, name: "other" }, add("a"), add("a"), add("b.c"), add("alone")],
      "load >> a >> lod",
      "load >> other",
      "load >> a",
      "load >> load",
    );
    expect(messages(graph)).toEqual([
      'Expected the name of a step to have letters, digits, "_" and "-" alone, got "b.c". Try "b-c".',
      'Two steps are called "a". Give one of them another name.',
      'The edge a >> lod names no step with "lod". Did you mean "load"?',
      "The edge load >> a is declared twice. Remove one.",
      'The step "load" follows itself. Remove the edge load >> load.',
      'The source "load" begins rows, but follows "load". Remove that edge.',
      'The source "other" begins rows, but follows "load". Remove that edge.',
      'The step "b.c" has no step before it and is not a source. Connect it to a step before it, or begin with a source.',
      'The step "alone" has no step before it and is not a source. Connect it to a step before it, or begin with a source.',
    ]);
  });

  it("names the steps of a cycle in its direction", () => {
    const steps = [load, add("a"), add("b"), { kind: "combine", name: "c" } as const];
    expect(messages(graphOf(steps, "load >> c >> a >> b >> c"))).toEqual([
      "The steps form a cycle: a >> b >> c >> a. Remove one of these edges.",
    ]);
  });

  it("names the cycle first where it comes back to an ordinary step, and advises no join", () => {
    const chain = "load >> big >> rate >> keep >> big";
    expect(messages(graphOf([load, add("big"), add("rate"), add("keep")], chain))).toEqual([
      "The steps form a cycle: big >> rate >> keep >> big. Remove one of these edges.",
    ]);
  });

  it("reports a mistyped step of an edge once, without what follows from it", () => {
    const steps = [load, add("keep"), add("rate")];
    expect(messages(graphOf(steps, "load >> kep >> rate"))).toEqual([
      'The edge load >> kep names no step with "kep". Did you mean "keep"?',
    ]);
    expect(messages(graphOf(steps, "laod >> keep >> rate"))).toEqual([
      'The edge laod >> keep names no step with "laod". Did you mean "load"?',
    ]);
  });

  it("lets several steps lead to one where each row comes from one alone", () => {
    const steps = (n: number): Step[] => [{ ...load, ...router(n) }, add("a"), add("b"), add("c")];
    expect(messages(graphOf(steps(1), "load >> [a, b] >> c"))).toEqual([]);
    expect(messages(graphOf(steps(2), "load >> [a, b] >> c"))).toEqual([
      'The step "c" follows "a" and "b", but takes the rows of one step only. Join them with a group or combine step before it.',
    ]);
  });

  it.each([
    [
      1,
      "load >> a",
      'The router behind "load" chooses among 1 steps. Connect at least two, or remove it.',
    ],
    [
      3,
      "load >> [a, b]",
      'The router behind "load" draws 3 of 2 steps (a, b). Set a whole number from 1 to 2.',
    ],
    [
      0,
      "load >> [a, b]",
      'The router behind "load" draws 0 of 2 steps (a, b). Set a whole number from 1 to 2.',
    ],
  ])("refuses a router that draws %d in %s", (n, chain, message) => {
    const steps = [{ ...load, ...router(n) }, add("a"), ...(chain.includes("b") ? [add("b")] : [])];
    expect(messages(graphOf(steps, chain))).toEqual([message]);
  });

  it("refuses a join of rows with their children, and a collect of nothing", () => {
    const expand: Step = { kind: "expand", name: "expand", columns: { text: "item" } };
    const combine: Step = { kind: "combine", name: "both" };
    const collect: Step = { kind: "collect", name: "collect", columns: { text: "texts" } };
    const chains = ["load >> [expand, a] >> both", "load >> collect"];
    expect(messages(graphOf([load, expand, add("a"), combine, collect], ...chains))).toEqual([
      'The step "both" joins rows with their own children, which are more. Collect the children before it.',
      'The step "collect" collects children, and no expand stands before it. Add one, or use a group.',
    ]);
  });
});

describe("the check of columns", () => {
  it("says what a step requires, what is there and what is missing, by their names in the row", () => {
    const steps = [
      load,
      { kind: "keep", name: "keep", columns: ["text"] } as const,
      add("a", { reads: ["instruction", "style", "text"], inputs: { instruction: "prompt" } }),
    ];
    expect(messages(graphOf(steps, "load >> keep >> a"))).toEqual([
      'The step "a" requires the columns prompt, style, text, and available are text: prompt, style are missing. Write them in a step before, or map another column with `inputs`.',
    ]);
  });

  it("counts a column as missing that was dropped on the way, and one that a rename took", () => {
    const wide: Step = { ...load, columns: ["text", "id"] };
    const keep: Step = { kind: "keep", name: "keep", columns: ["id"] };
    const rename: Step = { kind: "rename", name: "rename", columns: { id: "key" } };
    const chain = "load >> keep >> rename >> a";
    const steps = [wide, keep, rename, add("a", { reads: ["text", "id"] })];
    expect(messages(graphOf(steps, chain))).toEqual([
      'The step "a" requires the columns text, id, and available are key: text, id are missing. Write them in a step before, or map another column with `inputs`.',
    ]);
  });

  it("looks at each branch of a group", () => {
    const group: Step = { kind: "group", name: "g", columns: { x: "xs" } };
    const steps = [load, add("a", { writes: ["x"] }), add("b"), group];
    expect(messages(graphOf(steps, "load >> [a, b] >> g"))).toEqual([
      'The step "g" requires the columns x of "b", and available are text, b: x is missing. Write it in a step before, or map another column with `inputs`.',
    ]);
  });

  it("gives a collected row the columns of the row that was expanded", () => {
    const wide: Step = { ...load, columns: ["items"] };
    const expand: Step = { kind: "expand", name: "e", columns: { items: "item" } };
    const collect: Step = { kind: "collect", name: "c", columns: { a: "all" } };
    const graph = graphOf([wide, expand, add("a"), collect], "load >> e >> a >> c");
    expect(checkGraph(graph).columns.get("c")).toEqual(["items", "all"]);
  });

  it("refuses mappings of columns that a step does not have", () => {
    const step = add("a", { reads: ["text"], inputs: { txt: "text" }, outputs: { b: "c" } });
    expect(messages(graphOf([load, step], "load >> a"))).toEqual([
      'The step "a" maps "txt" in `inputs`, and reads text. Name one of these, or remove the mapping.',
      'The step "a" maps "b" in `outputs`, and writes a. Name one of these, or remove the mapping.',
    ]);
  });

  it("warns of a column that two branches write, unless it is grouped", () => {
    const group: Step = { kind: "group", name: "g", columns: { x: "xs" } };
    const steps = [load, add("a", { writes: ["x", "y"] }), add("b", { writes: ["x", "y"] }), group];
    const { problems, warnings } = checkGraph(graphOf(steps, "load >> [a, b] >> g"));
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      {
        step: "g",
        message:
          'The column "y" is written by "a" and "b", and "g" keeps the value of "b". Group it, or rename it in one of them.',
      },
    ]);
  });
});
