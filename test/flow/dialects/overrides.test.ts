import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LlmNode } from "../../../src/domain/flow/flow.js";
import { problemText } from "../../../src/flow/dialects/flow-reading.js";
import type { Overrides } from "../../../src/flow/dialects/flow-reading.js";
import { readFlow } from "../../../src/flow/dialects/read-flow.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const dag = `
inputs:
  q: { type: string }
  level: { type: int, default: 1 }
outputs: {}
nodes:
  - name: ask
    use_variants: true
  - name: check
    type: llm
    source: { type: code, path: ask.jinja2 }
    inputs: { model: small, temperature: 1, q: "\${inputs.q}" }
    connection: test
    api: chat
node_variants:
  ask:
    default_variant_id: a
    variants:
      a: { node: { type: llm, source: { type: code, path: ask.jinja2 }, inputs: { model: small, q: "\${inputs.q}" }, connection: test, api: chat } }
`;

async function read(overrides: Overrides): Promise<Awaited<ReturnType<typeof readFlow>>> {
  const folder = join(temporaryFolder(), "flow");
  mkdirSync(folder);
  writeFileSync(join(folder, "flow.dag.yaml"), dag);
  writeFileSync(join(folder, "ask.jinja2"), "# user:\n{{q}}\n");
  return readFlow(folder, { apis: ["test", "openai"], overrides });
}

test("changes keys of nodes, also in a variant, and of the file", async () => {
  const { flow, problems } = await read({
    "check.inputs.temperature": 0,
    "check.connection": "openai",
    "ask.inputs.model": "large",
    "inputs.level.default": 3,
  });
  expect(problems).toEqual([]);
  expect(flow).toMatchObject({ inputs: { level: { default: 3 } } });
  const nodes = flow?.kind === "graph" ? (flow.nodes as readonly LlmNode[]) : [];
  expect(nodes.map(({ name, llm, parameters }) => ({ name, llm, parameters }))).toMatchObject([
    { name: "ask", llm: "test/large" },
    { name: "check", llm: "openai/small", parameters: { temperature: 0 } },
  ]);
});

test("refuses a node and a key that the flow does not have, with the nearest name", async () => {
  const { flow, problems } = await read({ "chek.connection": "openai", check: "x" });
  expect(flow).toBeUndefined();
  const texts = problems.map(problemText);
  expect(texts[0]).toContain('--set chek.connection: the flow has no node and no key "chek".');
  expect(texts[0]).toContain("check");
  expect(texts[1]).toContain("--set check: name a key of the node.");
});
