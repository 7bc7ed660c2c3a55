import { describe, expect, it } from "vitest";
import { depthsOf, flowOrder } from "../../../src/domain/flow/flow-order.js";
import type { FlowNode, FlowValue } from "../../../src/domain/flow/flow.js";

function node(name: string, reads: readonly string[], condition?: string): FlowNode {
  const output = (read: string): FlowValue => ({ kind: "node", node: read, path: [] });
  const inputs = Object.fromEntries(reads.map((read) => [read, output(read)]));
  const code = { language: "python", file: "a.py" };
  const activate = condition === undefined ? {} : { activate: { when: output(condition), is: 1 } };
  return { kind: "code", name, inputs, code, ...activate };
}

describe("the order of nodes", () => {
  it("puts each node behind those that it reads, also for its condition", () => {
    const nodes = [node("c", ["a"], "b"), node("b", ["a"]), node("a", []), node("d", [])];
    const ordered = flowOrder(nodes);
    expect("order" in ordered && ordered.order.map(({ name }) => name)).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
    expect(Object.fromEntries(depthsOf(nodes))).toEqual({ a: 0, b: 1, c: 2, d: 0 });
  });

  it("names a cycle, in its direction", () => {
    const nodes = [node("x", []), node("a", ["c", "x"]), node("b", ["a"]), node("c", [], "b")];
    expect(flowOrder(nodes)).toEqual({ cycle: ["a", "b", "c"] });
  });
});
