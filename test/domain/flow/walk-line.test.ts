import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { walkLine } from "../../../src/domain/flow/walk-line.js";
import type { CodeNode, FlowNode, FlowValue, GraphFlow } from "../../../src/domain/flow/flow.js";
import { RowError } from "../../../src/domain/graph/walk/step-value.js";
import type { LineHost } from "../../../src/domain/flow/line.js";
import { readValue } from "../../../src/domain/flow/reference.js";
import type { JsonObject, JsonValue } from "../../../src/domain/json/json.js";

function value(text: JsonValue): FlowValue {
  const read = readValue(text);
  if ("problem" in read) throw new Error(read.problem);
  return read.value;
}

function values(inputs: JsonObject): Readonly<Record<string, FlowValue>> {
  return Object.fromEntries(Object.entries(inputs).map(([name, text]) => [name, value(text)]));
}

type NodeOptions = Partial<Omit<CodeNode, "name" | "inputs" | "activate">>;

function code(name: string, inputs: JsonObject, options: NodeOptions = {}): CodeNode {
  const place = { language: "python", file: `${name}.py` };
  return { kind: "code", name, inputs: values(inputs), code: place, ...options };
}

function when(node: CodeNode, condition: string, is: JsonValue): CodeNode {
  return { ...node, activate: { when: value(condition), is } };
}

function graph(nodes: readonly FlowNode[], outputs: JsonObject = {}): GraphFlow {
  return {
    kind: "graph",
    name: "flow",
    inputs: { x: { type: "string" } },
    nodes,
    outputs: values(outputs),
  };
}

/**
 * A host whose nodes answer by name, and the inputs that each node got, in the order of the calls.
 */
function hostOf(answers: Readonly<Record<string, (inputs: JsonObject) => JsonValue>>): {
  readonly host: LineHost;
  readonly calls: [string, JsonObject][];
} {
  const calls: [string, JsonObject][] = [];
  const run = (node: { readonly name: string }, inputs: JsonObject): JsonValue => {
    calls.push([node.name, inputs]);
    return (answers[node.name] ?? (() => node.name))(inputs);
  };
  const host: LineHost = {
    ask: async (node, inputs) => Promise.resolve(run(node, inputs)),
    render: (node, inputs) => JSON.stringify(run(node, inputs)),
    run: async (node, inputs) => Promise.resolve().then(() => run(node, inputs)),
  };
  return { host, calls };
}

describe("the walk of a line", () => {
  it("hands inputs, literals and parts of outputs to nodes, whatever their order in the file", async () => {
    const flow = graph(
      [
        code("last", { text: "${first.output.rows[1]['full name']}", n: 3 }),
        code("first", { x: "${inputs.x}" }),
      ],
      { answer: "${last.output}", given: "${inputs.x}" },
    );
    const { host, calls } = hostOf({
      first: () => ({ rows: [{}, { "full name": "Ada" }] }),
      last: ({ text, n }) => [text ?? null, n ?? null],
    });
    expect(await walkLine(flow, { x: "in" }, host)).toEqual({
      status: "completed",
      output: { answer: ["Ada", 3], given: "in" },
      nodes: { last: "completed", first: "completed" },
    });
    expect(calls).toEqual([
      ["first", { x: "in" }],
      ["last", { text: "Ada", n: 3 }],
    ]);
  });

  it("notes the nodes that run, have ended and are bypassed, while it goes on", async () => {
    const nodes = [
      code("fast", { x: "${inputs.x}" }),
      when(code("left", { x: "${fast.output}" }), "${fast.output}", "no"),
      code("slow", { x: "${fast.output}" }),
      code("late", { x: "${slow.output}" }),
    ];
    const noted: string[] = [];
    const { host } = hostOf({});
    void walkLine(
      graph(nodes),
      { x: "a" },
      {
        ...host,
        // The node never ends.
        run: async (node, ...rest) =>
          node.name === "slow" ? new Promise(() => undefined) : host.run(node, ...rest),
        note: (node, status) => noted.push(`${node} ${status}`),
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([...noted].sort()).toEqual([
      "fast completed",
      "fast running",
      "left bypassed",
      "slow running",
    ]);
  });

  it("bypasses nodes by condition, and what reads bypassed nodes alone", async () => {
    const flow = graph(
      [
        when(code("yes", { x: "${inputs.x}" }), "${inputs.x}", "go"),
        when(code("no", { x: "${inputs.x}" }), "${inputs.x}", "stay"),
        code("after_no", { a: "${no.output}", literal: 1 }),
        when(code("condition_bypassed", { a: "${yes.output}" }), "${no.output}", null),
        when(code("condition_met", { a: "${no.output}" }), "${inputs.x}", "go"),
        code(
          "join",
          { a: "${yes.output}", b: "${no.output}", c: "${after_no.output}" },
          { optional: ["c"] },
        ),
      ],
      { answer: "${join.output}", missing: "${no.output.deep.part}" },
    );
    const { host, calls } = hostOf({});
    expect(await walkLine(flow, { x: "go" }, host)).toEqual({
      status: "completed",
      output: { answer: "join", missing: null },
      nodes: {
        yes: "completed",
        no: "bypassed",
        after_no: "bypassed",
        condition_bypassed: "bypassed",
        condition_met: "completed",
        join: "completed",
      },
    });
    expect(Object.fromEntries(calls)).toEqual({
      yes: { x: "go" },
      condition_met: { a: null },
      join: { a: "yes", b: null },
    });
  });

  it("completes a line whose nodes are all bypassed, with null outputs and a warning", async () => {
    const first = when(code("first", { x: "${inputs.x}" }), "${inputs.x}", true);
    const flow = graph([first, code("second", { a: "${first.output}" })], {
      answer: "${second.output}",
    });
    expect(await walkLine(flow, { x: "no" }, hostOf({}).host)).toEqual({
      status: "completed",
      output: { answer: null },
      nodes: { first: "bypassed", second: "bypassed" },
      warnings: ["All nodes are bypassed for this line, so its outputs are null."],
    });
  });

  it.each([
    [1, true, "completed"],
    [0, true, "bypassed"],
    [1, 1.0, "completed"],
    ["1", 1, "bypassed"],
    [{ a: [1] }, { a: [true] }, "completed"],
    [{ a: [1] }, { a: [1], b: 2 }, "bypassed"],
    [[1, 2], [1], "bypassed"],
    [null, null, "completed"],
  ] as const)(
    "compares the condition %j with %j as Python does: %s",
    async (output, is, status) => {
      const flow = graph([code("grade", {}), when(code("node", {}), "${grade.output}", is)]);
      const end = await walkLine(flow, { x: "" }, hostOf({ grade: () => output }).host);
      expect(end.nodes["node"]).toBe(status);
    },
  );

  it("ends what does not depend on a failed node, and fails with the first failure in the flow's order", async () => {
    const flow = graph(
      [
        code("slow_failure", { a: "${start.output}" }),
        code("start", {}),
        code("fast_failure", {}),
        code("unreached", { a: "${fast_failure.output}" }),
        code("other", { a: "${start.output}" }),
      ],
      { answer: "${other.output}" },
    );
    const fails = (message: string) => () => {
      throw new RowError("ValueError", message);
    };
    const { host } = hostOf({ slow_failure: fails("slow"), fast_failure: fails("fast") });
    expect(await walkLine(flow, { x: "" }, host)).toEqual({
      status: "failed",
      error: { type: "ValueError", message: "slow", isUserError: true, node: "slow_failure" },
      nodes: {
        slow_failure: "failed",
        start: "completed",
        fast_failure: "failed",
        other: "completed",
      },
    });
  });

  it("takes an error without a type for a system error", async () => {
    const flow = graph([code("node", {})]);
    const { host } = hostOf({
      node: () => {
        throw new TypeError("broken");
      },
    });
    const { error } = await walkLine(flow, { x: "" }, host);
    expect(error).toEqual({
      type: "TypeError",
      message: "broken",
      isUserError: false,
      node: "node",
    });
  });

  it.each([
    [
      "${first.output.b}",
      'the output of the node "first" has no property "b" there, but the properties a.',
    ],
    ["${first.output.a[3]}", 'the output of the node "first" has no item 3 there, but [1,2].'],
    ["${first.output.a.b}", 'the output of the node "first" has no property "b" there, but [1,2].'],
  ])("fails a line that misses the part %s, naming it and its node", async (reference, message) => {
    const flow = graph([code("first", {}), code("second", { a: reference })]);
    const { error, nodes } = await walkLine(
      flow,
      { x: "" },
      hostOf({ first: () => ({ a: [1, 2] }) }).host,
    );
    expect(error).toEqual({
      type: "InvalidReferenceProperty",
      message: `${reference} has no value: ${message}`,
      isUserError: true,
      node: "second",
    });
    expect(nodes).toEqual({ first: "completed", second: "failed" });
  });

  it("keeps the values that aggregations read, with null for a bypassed node", async () => {
    const flow = graph([
      code("grade", {}),
      when(code("extra", {}), "${inputs.x}", "more"),
      code(
        "sum",
        {
          grades: "${grade.output.score}",
          extras: "${extra.output.a}",
          truths: "${inputs.x}",
          factor: 2,
        },
        { aggregation: true },
      ),
      code("report", { sum: "${sum.output}", truths: "${inputs.x}" }, { aggregation: true }),
    ]);
    const end = await walkLine(flow, { x: "in" }, hostOf({ grade: () => ({ score: 4 }) }).host);
    expect(end).toEqual({
      status: "completed",
      output: {},
      kept: { "${grade.output.score}": 4, "${extra.output.a}": null, "${inputs.x}": "in" },
      nodes: { grade: "completed", extra: "bypassed" },
    });
  });

  it("takes the result as a whole: an object is the outputs, another value is `output`", async () => {
    const flow: GraphFlow = { ...graph([code("node", {})]), result: value("${node.output}") };
    const objects = await walkLine(flow, { x: "" }, hostOf({ node: () => ({ a: 1 }) }).host);
    const text = await walkLine(flow, { x: "" }, hostOf({ node: () => "hi" }).host);
    expect([objects.output, text.output]).toEqual([{ a: 1 }, { output: "hi" }]);
  });

  it("tells each node how many nodes stand before it on the longest way", async () => {
    const flow = graph([
      code("c", { a: "${a.output}", b: "${b.output}" }),
      code("b", { a: "${a.output}" }),
      code("a", {}),
    ]);
    const depths: Record<string, number> = {};
    const { host } = hostOf({});
    await walkLine(
      flow,
      { x: "" },
      {
        ...host,
        run: async (node, _inputs, { depth }) => {
          depths[node.name] = depth;
          return Promise.resolve(null);
        },
      },
    );
    expect(depths).toEqual({ a: 0, b: 1, c: 2 });
  });

  /** Nodes that read earlier ones, some behind a condition, some failing. */
  const anyNodes = fc.array(
    fc.record({
      reads: fc.uniqueArray(fc.nat(6), { maxLength: 3 }),
      condition: fc.option(fc.nat(6), { nil: undefined }),
      fails: fc.boolean(),
      delays: fc.tuple(fc.nat(5), fc.nat(5)),
    }),
    { minLength: 1, maxLength: 7 },
  );

  it("makes the same calls and has the same end, whatever the times of the answers", async () => {
    await fc.assert(
      fc.asyncProperty(anyNodes, async (given) => {
        const earlier = (read: number, index: number): readonly number[] =>
          read < index ? [read] : [];
        const nodes = given.map(({ reads, condition }, index) => {
          const inputs = reads
            .flatMap((read) => earlier(read, index))
            .map((read) => [`i${read}`, `\${n${read}.output}`]);
          const own = code(`n${index}`, Object.fromEntries(inputs) as JsonObject);
          const [before] = condition === undefined ? [] : earlier(condition, index);
          return before === undefined ? own : when(own, `\${n${before}.output}`, before % 2);
        });
        const walk = async (time: 0 | 1): Promise<unknown> => {
          const calls: Record<string, JsonObject> = {};
          const run: LineHost["run"] = async ({ name }, inputs) => {
            calls[name] = inputs;
            const index = Number(name.slice(1));
            const { delays, fails = false } = given[index] ?? {};
            for (let tick = 0; tick < (delays?.[time] ?? 0); tick += 1) await Promise.resolve();
            if (fails && index % 3 === 2) throw new RowError("Failed", name);
            return index % 2;
          };
          const end = await walkLine(graph(nodes), { x: "" }, { ...hostOf({}).host, run });
          return { end, calls };
        };
        expect(await walk(0)).toEqual(await walk(1));
      }),
      { numRuns: 200 },
    );
  });
});
