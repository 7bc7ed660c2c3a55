import { expect, it } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import type { FlowNode, RoleFlow } from "../../../src/domain/flow/flow.js";
import { executorOf } from "../../../src/flow/code/executor-of.js";

function node(language: string, file: string): FlowNode {
  return { kind: "code", name: language, inputs: {}, code: { language, file } };
}

it("refuses code in two languages, with both files", () => {
  const nodes = [node("python", "one.py"), node("typescript", "two.ts")];
  const flow: RoleFlow = { kind: "graph", name: "mixed", inputs: {}, nodes, outputs: {} };
  const code = { flow, connections: {}, variables: {}, workers: 1 };
  expect(() => executorOf(code, "run")).toThrow(
    new UserError(
      "The code of a flow must be in one language, but one.py is python and two.ts is typescript. Write both in one language, or run two flows: the second one reads the first with --input run=NAME.",
    ),
  );
});
