import { describe, expect, it } from "vitest";
import { aggregateLines, aggregationLists } from "../../../src/domain/flow/aggregate-lines.js";
import type { AggregationHost, KeptLine } from "../../../src/domain/flow/aggregate-lines.js";
import type { CodeNode, FlowValue, GraphFlow } from "../../../src/domain/flow/flow.js";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { RowError } from "../../../src/domain/graph/walk/step-value.js";
import { readValue } from "../../../src/domain/flow/reference.js";

function value(text: string | number): FlowValue {
  const read = readValue(text);
  if ("problem" in read) throw new Error(read.problem);
  return read.value;
}

function aggregation(name: string, inputs: Readonly<Record<string, string | number>>): CodeNode {
  const values = Object.entries(inputs).map(([parameter, text]) => [parameter, value(text)]);
  return {
    kind: "code",
    name,
    aggregation: true,
    // Entries of values make an object of them.
    inputs: Object.fromEntries(values) as CodeNode["inputs"],
    code: { language: "python", file: `${name}.py` },
  };
}

function graph(...nodes: readonly CodeNode[]): GraphFlow {
  const inputs = { truth: { type: "string" } } as const;
  const grade: CodeNode = { ...aggregation("grade", {}), aggregation: false };
  return { kind: "graph", name: "flow", inputs, nodes: [...nodes, grade], outputs: {} };
}

/** Lines with a grade and a truth, as their walks keep them. */
function lines(
  ...grades: readonly (readonly [line: number, grade: number | null])[]
): readonly KeptLine[] {
  return grades.map(([line, grade]) => ({
    line,
    kept: { "${grade.output}": grade, "${inputs.truth}": `truth ${line}` },
  }));
}

function hostOf(run: AggregationHost["run"]): AggregationHost {
  return { ask: async () => Promise.resolve("asked"), render: () => "rendered", run };
}

const mean = aggregation("mean", {
  grades: "${grade.output}",
  truths: "${inputs.truth}",
  factor: 2,
});

describe("the aggregation of lines", () => {
  it("hands lists over in line order, null for bypassed nodes, and literals as they are", async () => {
    const got: JsonObject[] = [];
    const host = hostOf(async (_node, inputs) => {
      got.push(inputs);
      return Promise.resolve({ output: 1 });
    });
    await aggregateLines(graph(mean), lines([7, 1], [2, null], [10, 3]), host);
    expect(got).toEqual([
      { grades: [null, 1, 3], truths: ["truth 2", "truth 7", "truth 10"], factor: 2 },
    ]);
  });

  it("runs an aggregation behind those that it reads, whatever their order in the file", async () => {
    const report = aggregation("report", {
      mean: "${mean.output.value}",
      truths: "${inputs.truth}",
    });
    const got: [string, JsonObject][] = [];
    const host = hostOf(async ({ name }, inputs) => {
      got.push([name, inputs]);
      return Promise.resolve({ output: name === "mean" ? { value: 4 } : "done" });
    });
    const result = await aggregateLines(graph(report, mean), lines([0, 4]), host);
    expect(got).toEqual([
      ["mean", { grades: [4], truths: ["truth 0"], factor: 2 }],
      ["report", { mean: 4, truths: ["truth 0"] }],
    ]);
    expect(result).toEqual({
      metrics: {},
      outputs: { report: "done", mean: { value: 4 } },
      nodes: { report: "completed", mean: "completed" },
      errors: {},
    });
  });

  it("keeps a metric that two nodes log for each of them, and the last value of one node", async () => {
    const other = aggregation("other", {});
    const host = hostOf(async ({ name }) => {
      const shared = { name: "score", value: name === "mean" ? 1 : 2 };
      const own = { name: "own", value: 3 };
      const metrics = name === "mean" ? [{ ...shared, value: 0 }, shared, own] : [shared];
      return Promise.resolve({ output: null, metrics });
    });
    const { metrics } = await aggregateLines(graph(mean, other), lines(), host);
    expect(metrics).toEqual({ "mean.score": 1, own: 3, "other.score": 2 });
  });

  it("reports a failed aggregation by name; what reads it does not run, others do", async () => {
    const report = aggregation("report", { mean: "${mean.output}" });
    const other = aggregation("other", {});
    const host = hostOf(async ({ name }) => {
      if (name === "mean") throw new RowError("ZeroDivisionError", "division by zero");
      return Promise.resolve({ output: name });
    });
    expect(await aggregateLines(graph(mean, report, other), lines(), host)).toEqual({
      metrics: {},
      outputs: { other: "other" },
      nodes: { mean: "failed", other: "completed" },
      errors: {
        mean: {
          type: "ZeroDivisionError",
          message: "division by zero",
          isUserError: true,
          node: "mean",
        },
      },
    });
  });

  it("bypasses an aggregation by the output of another one", async () => {
    const condition = { when: value("${mean.output}"), is: "more" };
    const extra: CodeNode = { ...aggregation("extra", {}), activate: condition };
    const behind = aggregation("behind", { extra: "${extra.output}" });
    const host = hostOf(async () => Promise.resolve({ output: "less" }));
    const { nodes } = await aggregateLines(graph(mean, extra, behind), lines(), host);
    expect(nodes).toEqual({ mean: "completed", extra: "bypassed", behind: "bypassed" });
  });

  it("refuses lines that lack a value, with the lengths, and a line that comes twice", () => {
    const uneven = [...lines([0, 1]), { line: 1, kept: { "${inputs.truth}": "t" } }];
    expect(() => aggregationLists(graph(mean), uneven)).toThrow(
      "Expected a value of each of 2 completed lines for every input of an aggregation, got ${grade.output}: 1, ${inputs.truth}: 2.",
    );
    expect(() => aggregationLists(graph(mean), lines([3, 1], [3, 2]))).toThrow(
      "Line 3 has two results.",
    );
  });
});
