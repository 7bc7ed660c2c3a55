import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeSetUp } from "../../../../bench/lib/set-up.js";
import type { CliSetUp } from "../../../helpers/cli-set-up.js";
import { cliSetUp } from "../../../helpers/cli-set-up.js";

const examples = fileURLToPath(new URL("../../../../examples/pipelines", import.meta.url));

let cli: CliSetUp;
let server: Server | undefined;

beforeEach(async () => {
  cli = await cliSetUp();
});

afterEach(async () => {
  server?.close();
  await removeSetUp(cli.setUp);
});

async function serve(text: string): Promise<string> {
  const created = createServer((_, response) => response.end(text));
  server = created;
  await new Promise<void>((resolve) => created.listen(0, "127.0.0.1", resolve));
  // A listening TCP server has a port.
  return `http://127.0.0.1:${(created.address() as AddressInfo).port}`;
}

const small = `name: small
steps:
  load: { use: load, file: rows.jsonl }
  ask: { use: text-generation, llm: test/model, parameters: { latency_ms: 1 } }
edges:
  - load >> ask
`;

test.each(["best-answers", "compare-models", "preferences", "questions"])(
  "the example %s is valid with the test API",
  async (name) => {
    const file = join(examples, `${name}.yaml`);
    const parameters = join(examples, `${name}.test.yaml`);
    const { stdout, code } = await cli.ostinato(
      ...["pipeline", "check", file, "--parameters", parameters],
    );
    expect([stdout.trim().replace(/: \d.*$/, ""), code]).toEqual([`${file} is valid`, 0]);
  },
);

test("check tells every problem with its line, and exits with 2", async () => {
  const file = cli.write(
    "bad.yaml",
    small.replace("test/model", "tset/model").replace("file: rows.jsonl", "file: none.jsonl"),
  );
  const { stdout, code } = await cli.ostinato("pipeline", "check", file);
  const [first, ...problems] = stdout.trimEnd().split("\n");
  expect(first).toBe("bad.yaml is not valid: 2 problems");
  expect(problems[0]).toMatch(/^ {2}3:3: The step "load": .*none\.jsonl/);
  expect(problems[1]).toBe('  4:3: The step "ask": there is no API "tset". Did you mean "test"?');
  expect(code).toBe(2);
});

test("check tells the problems of a text that is no pipeline, also as JSON", async () => {
  const file = cli.write("bad.yaml", "name: x\nsteps:\n  a: { use: lod }\n");
  const text = await cli.ostinato("pipeline", "check", file);
  expect(text.stdout).toBe(
    'bad.yaml is not valid: 1 problem\n  3:8: The step "a": there is no kind of step "lod". Did you mean "load"? A function of your own is named like ./steps.ts#words.\n',
  );
  const json = await cli.ostinato("pipeline", "check", file, "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    file,
    valid: false,
    problems: [{ step: "a", key: "use", line: 3, column: 8 }],
    warnings: [],
  });
  expect([text.code, json.code]).toEqual([2, 2]);
});

test("check reads the columns of the data, and of a dataset that a run will bring", async () => {
  cli.write("rows.jsonl", '{"question": "a"}\n{"question": "b", "note": "c"}\n');
  const file = cli.write("p.yaml", small);
  const missing = await cli.ostinato("pipeline", "check", file);
  expect(missing.stdout).toContain(
    "requires the columns instruction, and available are question, note: instruction is missing.",
  );
  const mapped = cli.write(
    "q.yaml",
    small.replace("rows.jsonl }", "rows.jsonl, outputs: { question: instruction } }"),
  );
  expect((await cli.ostinato("pipeline", "check", mapped)).stdout).toBe(
    "q.yaml is valid: 2 steps, 1 model\n",
  );
  const without = cli.write(
    "r.yaml",
    "name: r\nsteps:\n  ask: { use: text-generation, llm: test/model }\n",
  );
  expect((await cli.ostinato("pipeline", "check", without)).code).toBe(0);
  const given = await cli.ostinato("pipeline", "check", without, "--data", "rows.jsonl");
  expect(given.code).toBe(2);
  const beside = await cli.ostinato("pipeline", "check", mapped, "--data", "rows.jsonl");
  expect(beside.stdout).toContain("takes no dataset. Leave out --data.");
});

test("info shows the steps with their columns, and the models", async () => {
  cli.write("rows.jsonl", '{"instruction": "a"}\n');
  const { stdout, code } = await cli.ostinato("pipeline", "info", cli.write("p.yaml", small));
  expect(stdout).toBe(
    [
      "small",
      "",
      "STEP  USE              AFTER  READS        WRITES",
      "load  load                                 instruction",
      "ask   text-generation  load   instruction  generation, model_name",
      "",
      "It may ask test/model.",
      "",
    ].join("\n"),
  );
  expect(code).toBe(0);
  const json = await cli.ostinato("pipeline", "info", "p.yaml", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    name: "small",
    valid: true,
    targets: ["test/model"],
    steps: [
      { name: "load", columns: ["instruction"] },
      { name: "ask", after: ["load"], columns: ["instruction", "generation", "model_name"] },
    ],
  });
});

test("draw writes a mermaid flowchart with the columns on its edges", async () => {
  cli.write("rows.jsonl", '{"instruction": "a"}\n');
  const { stdout, code } = await cli.ostinato("pipeline", "draw", cli.write("p.yaml", small));
  expect(stdout).toBe(
    [
      "flowchart TD",
      '  s0[("load<br/>source")]',
      '  s1["ask<br/>text-generation"]',
      '  s0 -->|"instruction"| s1',
      "",
    ].join("\n"),
  );
  expect(code).toBe(0);
});

test("save writes the definition with the values set over it, as YAML and as JSON", async () => {
  const file = cli.write("p.yaml", small);
  cli.write("values.yaml", "ask: { parameters: { latency_ms: 2, response: hi }, reuse: false }\n");
  const flags = ["--set", "ask.parameters.latency_ms=3", "--set", "ask.llm=test/other"];
  const saved = await cli.ostinato(
    "pipeline",
    "save",
    file,
    ...flags,
    "--parameters",
    "values.yaml",
  );
  expect(saved.stdout).toBe(`name: small
steps:
  load:
    use: load
    file: rows.jsonl
  ask:
    use: text-generation
    llm: test/other
    parameters:
      latency_ms: 3
      response: hi
    reuse: false
edges:
  - load >> ask
`);
  const json = await cli.ostinato(
    "pipeline",
    "save",
    cli.write("saved.yaml", saved.stdout),
    "--json",
  );
  const again = await cli.ostinato("pipeline", "save", cli.write("saved.json", json.stdout));
  expect(again.stdout).toBe(saved.stdout);
});

test("an unknown step, key or form of --set is refused with exit code 2", async () => {
  const file = cli.write("p.yaml", small);
  const save = async (set: string) => {
    const { stderr, code } = await cli.ostinato("pipeline", "save", file, "--set", set);
    return [code, stderr];
  };
  expect(await save("aks.llm=test/x")).toEqual([
    2,
    'error: The parameters can\'t be set:\n  There is no step "aks". Did you mean "ask"?\n',
  ]);
  expect(await save("ask=1")).toEqual([
    2,
    'error: Expected --set STEP.KEY=VALUE, such as gpt.parameters.temperature=0.7, got "ask=1".\n',
  ]);
});

test("a URL is taken with its hash only, and for YAML and JSON only", async () => {
  const url = await serve(small);
  const hash = createHash("sha256").update(small).digest("hex");
  const save = async (...words: readonly string[]) => cli.ostinato("pipeline", "save", ...words);
  const pinned = await save(`${url}/p.yaml`, "--sha256", hash);
  expect([pinned.code, pinned.stdout.split("\n")[0]]).toEqual([0, "name: small"]);
  const bare = await save(`${url}/p.yaml`);
  expect([bare.code, bare.stderr]).toEqual([
    2,
    `error: A URL needs the hash of its content. If you trust the current content, add --sha256 ${hash}\n`,
  ]);
  const changed = await save(`${url}/p.yaml`, "--sha256", hash.replace(/^./, "x"));
  expect(changed.stderr).toContain(`its hash is ${hash}`);
  const code = await save(`${url}/p.ts`, "--sha256", hash);
  expect(code.stderr).toContain("not for code");
  expect([changed.code, code.code]).toEqual([2, 2]);
});

test("a file that is not there, or of another kind, is refused", async () => {
  const none = await cli.ostinato("pipeline", "check", "none.yaml");
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('"none.yaml"')]);
  const other = await cli.ostinato("pipeline", "draw", "p.txt");
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('got "p.txt"')]);
});

const withFunction = `name: counted
steps:
  load: { use: load, rows: [{ text: a b }] }
  words: { use: "./steps.mjs#words" }
edges:
  - load >> words
`;

test("check loads the functions of a pipeline, and names those that are not there", async () => {
  const file = cli.write("p.yaml", withFunction.replace("words: {", "words: { writes: [words],"));
  const checked = async (code: string) => {
    cli.write("steps.mjs", code);
    return await cli.ostinato("pipeline", "check", file);
  };
  const good = await checked("export const words = ({ text }) => ({ words: text.length });");
  expect([good.stdout, good.code]).toEqual(["p.yaml is valid: 2 steps, 0 models\n", 0]);
  const other = await checked("export const letters = () => ({});");
  expect(other.stdout).toContain(
    '4:3: The step "words": There is no function "words" in ./steps.mjs. It has letters.',
  );
  const broken = await checked("export const words = (;");
  expect(broken.stdout).toContain('4:3: The step "words": The module steps.mjs can\'t be bundled:');
  expect([other.code, broken.code]).toEqual([2, 2]);
});

test("a pipeline in TypeScript is checked, drawn and saved as one in YAML is", async () => {
  const file = join(examples, "first-pipeline.ts");
  const checked = await cli.ostinato("pipeline", "check", file);
  expect([checked.stdout.replace(/: \d.*/s, ""), checked.code]).toEqual([`${file} is valid`, 0]);
  const drawn = await cli.ostinato("pipeline", "draw", file);
  expect(drawn.stdout).toMatch(/^flowchart TD\n/);
  const saved = await cli.ostinato("pipeline", "save", file);
  expect(saved.stdout).toMatch(/^name: [\w-]+\n/);
});
