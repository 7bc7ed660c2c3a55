import { describe, expect, it } from "vitest";
import type { CodeFlow, CodeNode, GraphFlow } from "../../src/domain/flow/flow.js";
import type { CodeFacts, CodeParameter } from "../../src/executors/lines/executor.js";
import { withCodeFacts } from "../../src/flow/with-code-facts.js";

function facts(
  name: string,
  parameters: readonly CodeParameter[],
  options: Partial<CodeFacts> = {},
): CodeFacts {
  return {
    file: "a.py",
    name,
    parameters,
    isDefault: false,
    aggregates: false,
    takesOthers: true,
    ...options,
  };
}

const text = { name: "text", type: "string", required: true };
const times = { name: "times", type: "int", default: 2, required: false };
const model = { name: "model", required: false };

describe("a flow with the facts of its code", () => {
  const flow: CodeFlow = {
    kind: "code",
    name: "f",
    inputs: {},
    code: { language: "python", file: "a.py", name: "shout" },
  };

  it("has the parameters of its function as inputs, without those whose default is no JSON", () => {
    const known = [
      facts("other", []),
      facts("shout", [text, times, model, { name: "any", required: true }], { aggregates: true }),
    ];
    expect(withCodeFacts(flow, known)).toEqual({
      flow: {
        ...flow,
        inputs: {
          text: { type: "string" },
          times: { type: "int", default: 2 },
          any: { type: "any" },
        },
        aggregates: true,
      },
      problems: [],
    });
  });

  it("keeps the declared inputs, with the defaults of the code behind those of the file", () => {
    const declared: CodeFlow = {
      ...flow,
      inputs: { times: { type: "double" }, text: { type: "string", default: "x" } },
    };
    const known = [facts("shout", [{ ...text, default: "y" }, times])];
    expect(withCodeFacts(declared, known).flow.inputs).toEqual({
      times: { type: "double", default: 2 },
      text: { type: "string", default: "x" },
    });
  });

  it("is refused if the function has no parameters", () => {
    expect(withCodeFacts(flow, [facts("shout", [])]).problems).toEqual([
      "The flow has no inputs: the function shout of a.py has no parameters. Give it one.",
    ]);
  });

  it("is refused if its file has a function for all lines alone", () => {
    const code = { language: "python", file: "a.py" } as const;
    const known = [facts("aggregate", [text], { isDefault: true })];
    expect(withCodeFacts({ ...flow, code }, known).problems).toEqual([
      "The flow has no function for a line: a.py has `aggregate` alone. Add a function that takes the inputs of a line.",
    ]);
  });

  it("refuses an input that a node's function does not take, unless it takes others", () => {
    const inputs = {
      tetx: { kind: "literal", value: "x" },
      text: { kind: "literal", value: "y" },
    } as const;
    const node = (name: string): CodeNode => ({
      kind: "code",
      name,
      inputs,
      code: { language: "python", file: "a.py", name },
    });
    const graph: GraphFlow = {
      kind: "graph",
      name: "g",
      inputs: {},
      outputs: {},
      nodes: [node("shout"), node("open"), node("none")],
    };
    const known = [
      facts("shout", [text], { takesOthers: false }),
      facts("open", [text]),
      facts("none", [], { takesOthers: false }),
    ];
    expect(withCodeFacts(graph, known).problems).toEqual([
      'The node "shout": the function shout of a.py has no parameter `tetx`. Did you mean `text`?',
      'The node "none": the function none of a.py has no parameter `tetx`. It has no parameters.',
      'The node "none": the function none of a.py has no parameter `text`. It has no parameters.',
    ]);
  });

  it("knows which inputs of a node may be left out, and which are missing", () => {
    const node = (name: string, code: CodeNode["code"]): CodeNode => ({
      kind: "code",
      name,
      inputs: {},
      code,
    });
    const graph: GraphFlow = {
      kind: "graph",
      name: "g",
      inputs: { x: { type: "string" } },
      nodes: [
        node("only", { language: "python", file: "a.py" }),
        node("named", { language: "python", file: "a.py", name: "shout" }),
      ],
      outputs: {},
    };
    const known = [
      facts("shout", [text, times]),
      facts("main", [times, model], { isDefault: true }),
    ];
    const { flow: facted, problems } = withCodeFacts(graph, known);
    expect(facted.kind === "graph" && facted.nodes).toEqual([
      { ...graph.nodes[0], optional: ["times", "model"] },
      { ...graph.nodes[1], optional: ["times"] },
    ]);
    expect(problems).toEqual([
      'The node "named": the function shout of a.py needs `text`. Add it to the `inputs` of the node, or give the parameter a default.',
    ]);
  });
});
