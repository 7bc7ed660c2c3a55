import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readFlow } from "../../../src/flow/dialects/read-flow.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ostinato-llm-node-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function messagesOf(file: string, text: string): Promise<readonly string[]> {
  await writeFile(join(folder, file), text);
  const { problems } = await readFlow(join(folder, file), { apis: ["test"] });
  return problems.map(({ message }) => message);
}

function dag(node: string): string {
  return `inputs: { q: { type: string } }
nodes:
  - { name: ask, type: llm, llm: test/small, inputs: { q: "\${inputs.q}" }, ${node} }
outputs: { a: { reference: "\${ask.output}" } }
`;
}

const advice =
  'Begin it with a role on a line of its own, such as "# system:" or "# user:", or use `api: completion` for a prompt without roles.';

test("a chat template without a role is refused, a completion needs none", async () => {
  expect(await messagesOf("chat.dag.yaml", dag('template: "{{ q }}"'))).toEqual([
    `The node "ask": its template chat.dag.yaml has no role. ${advice}`,
  ]);
  const completion = dag('api: completion, template: "{{ q }}"');
  expect(await messagesOf("completion.dag.yaml", completion)).toEqual([]);
  const head =
    "---\nmodel: { configuration: { connection: test, model: small } }\ninputs: { q: { type: string } }\n---\n";
  expect(await messagesOf("ask.prompty", `${head}{{ q }}\n`)).toEqual([
    `The template has no role. ${advice}`,
  ]);
});

test("a chat template may take its roles from a prompt node", async () => {
  const flow = `inputs: { q: { type: string } }
nodes:
  - { name: chat, type: prompt, template: "# user:\\n{{ q }}", inputs: { q: "\${inputs.q}" } }
  - { name: ask, type: llm, llm: test/small, template: "{{ chat }}", inputs: { chat: "\${chat.output}" } }
outputs: { a: { reference: "\${ask.output}" } }
`;
  expect(await messagesOf("prompt-node.dag.yaml", flow)).toEqual([]);
});
