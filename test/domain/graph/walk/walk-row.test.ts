import { describe, expect, it } from "vitest";
import type { Graph, Row, Step } from "../../../../src/domain/graph/graph.js";
import { walkRow } from "../../../../src/domain/graph/walk/walk-row.js";
import { RowError } from "../../../../src/domain/graph/walk/step-value.js";
import { WalkPlan } from "../../../../src/domain/graph/walk/walk-plan.js";
import type { WalkResult } from "../../../../src/domain/graph/walk/walk.js";
import { add, graphOf, hostOf, load } from "../graphs.js";
import type { HostGiven } from "../graphs.js";

const walk = async (
  graph: Graph,
  given: HostGiven = {},
  row: Row = { text: "t" },
): Promise<WalkResult> => walkRow(new WalkPlan(graph), { load: row }, hostOf(given));

const fails = (message: string) => (): never => {
  throw new RowError("Wrong", message);
};

const group: Step = {
  kind: "group",
  name: "group",
  columns: { generation: "generations", model_name: "model_names" },
};
const models = ["c", "a", "b"].map((name) => add(name, { writes: ["generation", "model_name"] }));
const said = (name: string) => (): Row => ({ generation: `by ${name}`, model_name: name });
const saying = { c: said("c"), a: said("a"), b: said("b") };

describe("a row that several models answer", () => {
  const graph = graphOf([load, ...models, group], "load >> [c, a, b] >> group");

  it("is grouped in the order in which the edges were declared", async () => {
    const { rows, failures } = await walk(graph, { add: saying });
    expect(rows).toEqual([
      {
        leaf: "group",
        path: "",
        row: { text: "t", generations: ["by c", "by a", "by b"], model_names: ["c", "a", "b"] },
      },
    ]);
    expect(failures).toEqual([]);
  });

  it("has null and the error at the place of a model that failed", async () => {
    const { rows, failures } = await walk(graph, { add: { ...saying, a: fails("no") } });
    const error = { step: "a", type: "Wrong", message: "no" };
    expect(rows[0]?.row).toEqual({
      text: "t",
      generations: ["by c", null, "by b"],
      generations_errors: [null, error, null],
      model_names: ["c", null, "b"],
      model_names_errors: [null, error, null],
    });
    expect(rows[0]?.failure).toBeUndefined();
    expect(failures).toEqual([error]);
  });

  it("has no item of a model that it was not routed to", async () => {
    const router = { kind: "own", use: "r" } as const;
    const routed = graphOf([{ ...load, router }, ...models, group], "load >> [c, a, b] >> group");
    const { rows } = await walk(routed, { add: saying, route: () => ["b", "c"] });
    expect(rows[0]?.row["generations"]).toEqual(["by c", "by b"]);
  });
});

describe("a router", () => {
  const router = { kind: "own", use: "r" } as const;
  const graph = graphOf([{ ...load, router }, add("a"), add("b")], "load >> [a, b]");

  it("is asked once for a row, and leaves nothing at the other leaf", async () => {
    let asked = 0;
    const route = (): readonly string[] => {
      asked += 1;
      return ["b"];
    };
    const { rows } = await walk(graph, { route });
    expect(rows).toEqual([{ leaf: "b", path: "", row: { text: "t", b: "b" } }]);
    expect(asked).toBe(1);
  });

  it.each([
    [["c"], 'Expected the router behind "load" to name some of a, b, got "c".'],
    [[], 'Expected the router behind "load" to name some of a, b, got none.'],
  ])("that names %j fails the row once, by its step", async (chosen, message) => {
    const { rows, failures } = await walk(graph, { route: () => chosen });
    const failure = { step: "load", type: "WrongRoute", message };
    expect(failures).toEqual([failure]);
    expect(rows).toEqual([
      { leaf: "a", path: "", row: { text: "t", a: null }, failure },
      { leaf: "b", path: "", row: { text: "t", b: null }, failure },
    ]);
  });
});

describe("a failed step", () => {
  const steps = [
    load,
    add("a", { outputs: { a: "alpha" } }),
    { kind: "rename", name: "rename", columns: { alpha: "beta" } } as const,
    add("b"),
  ];
  const graph = graphOf(steps, "load >> a >> rename >> b");

  it("leaves null under its mapped names, and later steps pass over it", async () => {
    let ran = false;
    const b = (): Row => {
      ran = true;
      return {};
    };
    const { rows } = await walk(graph, { add: { a: fails("no"), b } });
    const failure = { step: "a", type: "Wrong", message: "no" };
    expect(rows).toEqual([
      { leaf: "b", path: "", row: { text: "t", beta: null, b: null }, failure },
    ]);
    expect(ran).toBe(false);
  });

  it("is seen by a step that accepts errors", async () => {
    const repair = add("b", { accepts: "errors" });
    const accepting = graphOf([load, add("a"), repair], "load >> a >> b");
    const b = (row: Row): Row => ({ b: row["a"] === null });
    const { rows, failures } = await walk(accepting, { add: { a: fails("no"), b } });
    expect(rows).toEqual([{ leaf: "b", path: "", row: { text: "t", a: null, b: true } }]);
    expect(failures).toHaveLength(1);
  });

  it("says the name of an error that a function threw", async () => {
    const a = (): never => {
      throw new RangeError("too far");
    };
    const { failures } = await walk(graph, { add: { a } });
    expect(failures).toEqual([{ step: "a", type: "RangeError", message: "too far" }]);
  });

  it("has written a column that it does not declare", async () => {
    const { failures } = await walk(graph, { add: { a: () => ({ a: 1, z: 2 }) } });
    expect(failures[0]).toMatchObject({
      type: "UndeclaredColumn",
      message: 'Expected columns that "a" declares (a), got "z".',
    });
  });
});

describe("an input mapping", () => {
  it("is undone on the way out: the row keeps a column that it shadowed", async () => {
    const step = add("a", { reads: ["instruction"], inputs: { instruction: "text" } });
    let seen: Row = {};
    const a = (row: Row): Row => {
      seen = row;
      return { a: 1 };
    };
    const { rows } = await walk(
      graphOf([load, step], "load >> a"),
      { add: { a } },
      {
        text: "t",
        instruction: "own",
      },
    );
    expect(seen).toEqual({ instruction: "t" });
    expect(rows[0]?.row).toEqual({ text: "t", instruction: "own", a: 1 });
  });
});

describe("branches", () => {
  it("work on copies: two may write one column", async () => {
    const steps = [load, add("a", { writes: ["x"] }), add("b", { writes: ["x"] })];
    const { rows } = await walk(graphOf(steps, "load >> [a, b]"), {
      add: { a: () => ({ x: 1 }), b: () => ({ x: 2 }) },
    });
    expect(rows.map(({ row }) => row["x"])).toEqual([1, 2]);
  });

  it("are combined side by side; of two values the last declared counts, and is counted", async () => {
    const combine: Step = { kind: "combine", name: "combine" };
    const steps = [load, add("a", { writes: ["x", "y"] }), add("b", { writes: ["x"] }), combine];
    const { rows, conflicts } = await walk(graphOf(steps, "load >> [b, a] >> combine"), {
      add: { a: () => ({ x: 1, y: 3 }), b: () => ({ x: 2 }) },
    });
    expect(rows[0]?.row).toEqual({ text: "t", x: 1, y: 3 });
    expect(conflicts).toEqual({ combine: ["x"] });
  });
});

describe("children", () => {
  const expand: Step = {
    kind: "expand",
    name: "expand",
    columns: { items: "item", marks: "mark" },
  };
  const list = add("list", { writes: ["items", "marks"] });
  const lists = (): Row => ({ items: ["x", "y", "z"], marks: [1, 2] });

  it("come one a list item, with null in the gaps, and walk on by themselves", async () => {
    const graph = graphOf([load, list, expand, add("a")], "load >> list >> expand >> a");
    const { rows } = await walk(graph, { add: { list: lists } });
    expect(rows.map(({ path, row }) => [path, row["item"], row["mark"], row["a"]])).toEqual([
      ["/0", "x", 1, "a/0"],
      ["/1", "y", 2, "a/1"],
      ["/2", "z", null, "a/2"],
    ]);
  });

  it("are collected into one row, in order, over a failure and a drop", async () => {
    const filter: Step = { kind: "filter", name: "some", where: "", reads: ["item"] };
    const collect: Step = { kind: "collect", name: "collect", columns: { a: "all" } };
    const graph = graphOf(
      [load, list, expand, filter, add("a"), collect, add("end")],
      "load >> list >> expand >> some >> a >> collect >> end",
    );
    const a = (_: Row, path: string): Row => (path === "/2" ? fails("no")() : { a: path });
    const { rows, dropped } = await walk(graph, {
      add: { list: lists, a },
      holds: ({ item }) => item !== "x",
    });
    expect(rows).toEqual([
      {
        leaf: "end",
        path: "",
        row: {
          text: "t",
          ...lists(),
          all: ["/1", null],
          all_errors: [null, { step: "a", type: "Wrong", message: "no" }],
          end: "end",
        },
      },
    ]);
    expect(dropped).toEqual({ some: 1 });
  });

  it("of an empty list are none: the row counts as dropped", async () => {
    const graph = graphOf([load, list, expand, add("a")], "load >> list >> expand >> a");
    const { rows, dropped } = await walk(graph, {
      add: { list: () => ({ items: [], marks: [] }) },
    });
    expect(rows).toEqual([]);
    expect(dropped).toEqual({ expand: 1 });
  });

  it("of no list fail the row", async () => {
    const graph = graphOf([load, list, expand], "load >> list >> expand");
    const { rows } = await walk(graph, { add: { list: () => ({ items: "x", marks: [] }) } });
    expect(rows).toMatchObject([
      {
        path: "/0",
        row: { item: null, mark: null },
        failure: { step: "expand", message: 'Expected a list in the column "items", got "x".' },
      },
    ]);
  });

  it("come of several generations too, and have children themselves", async () => {
    const many = add("many", { many: true, writes: ["items", "marks"] });
    const graph = graphOf([load, many, expand], "load >> many >> expand");
    const { rows } = await walk(graph, {
      add: {
        many: () => [
          { items: [1, 2], marks: [] },
          { items: [3], marks: [] },
        ],
      },
    });
    expect(rows.map(({ path, row }) => [path, row["item"]])).toEqual([
      ["/0/0", 1],
      ["/0/1", 2],
      ["/1/0", 3],
    ]);
  });
});
