import { expect, test } from "vitest";
import { checkPipeline } from "../../src/pipeline/check-pipeline.js";
import type { CheckOptions } from "../../src/pipeline/check-pipeline.js";
import { readDefinition } from "../../src/pipeline/definition/definition-text.js";
import { seedYaml } from "./seed-example.js";

const apis = ["openai", "mistral", "vertexai", "test"];

/** @param columns of the source `load` */
function check(yaml: string, columns: readonly string[] = [], options: Partial<CheckOptions> = {}) {
  const { definition, problems } = readDefinition(yaml);
  expect(problems).toEqual([]);
  const columnsOfSource = new Map([["load", columns]]);
  return checkPipeline(definition!, { columnsOfSource, apis, ...options });
}

function problemsOf(...given: Parameters<typeof check>): readonly string[] {
  return check(...given).problems.map(({ message }) => message);
}

function oneStep(step: string): string {
  return `name: p\nsteps:\n  load: { use: load, file: rows.jsonl }\n  ask: ${step}\nedges: [load >> ask]\n`;
}

test("the seed's example passes, with its columns behind each step", () => {
  const { problems, columns } = check(seedYaml, [], {
    columnsOfSource: new Map([["load_dataset", ["prompt"]]]),
  });
  expect(problems).toEqual([]);
  expect(columns.get("load_dataset")).toEqual(["instruction"]);
  expect(columns.get("gpt")).toEqual(["instruction", "generation", "model_name"]);
  expect(columns.get("words")).toEqual(["instruction", "generations", "model_names", "words"]);
});

test("a placeholder of a template that is no column is named with its step", () => {
  const step = "{ use: template, llm: test/a, template: 'Rate {{ answer }} to {{ question }}' }";
  expect(problemsOf(oneStep(step), ["question"])).toEqual([
    'The step "ask" requires the columns answer, question, and available are question: answer is missing. Write it in a step before, or map another column with `inputs`.',
  ]);
});

test.each([
  [
    "{ use: text-generation, llm: [test/a, opnai/gpt] }",
    'there is no API "opnai". Did you mean "openai"?',
  ],
  [
    "{ use: template, llm: test/a, template: '{{ instruction' }",
    "`template` is no Jinja template: Unexpected end of input.",
  ],
  [
    "{ use: filter, where: 'a >' }",
    "`where` is neither a Jinja expression nor a function: Unexpected token: CloseStatement.",
  ],
  [
    "{ use: structured-output, llm: test/a, schema: { type: objct } }",
    "`schema` is no JSON Schema: schema is invalid: data/type must be equal to one of the allowed values, data/type must be array, data/type must match a schema in anyOf.",
  ],
  [
    "{ use: text-generation, llm: test/a, validate: { schema: { minimum: x } } }",
    "`validate.schema` is no JSON Schema: schema is invalid: data/minimum must be number.",
  ],
  [
    "{ use: text-generation, llm: test/a, validate: { pattern: '(' } }",
    "`validate.pattern` is no regular expression: Invalid regular expression: /(/u: Unterminated group.",
  ],
  [
    "{ use: text-generation, llm: test/a, parameters: { temperture: 1 } }",
    "`parameters.temperture` looks mistyped. Did you mean `temperature`?",
  ],
  [
    "{ use: ./s.ts#words }",
    "expected the columns that ./s.ts#words writes. Name them: `writes: [column]`.",
  ],
  [
    "{ use: global, function: ./s.ts#all }",
    "expected the columns that ./s.ts#all writes. Name them: `writes: [column]`.",
  ],
])("%s", (step, message) => {
  expect(problemsOf(oneStep(step), ["instruction", "a"])).toEqual([`The step "ask": ${message}`]);
});

test.each([
  "{ use: text-generation, llm: test/a, parameters: { top_a: 1, top_n: 1, maxOutputTokens: 1, max_token_count: 1, x_temperature: 1 } }",
  "{ use: ./s.ts#words, writes: [], parameters: { temperture: 1 } }",
])("parameters that are merely unknown pass: %s", (step) => {
  expect(problemsOf(oneStep(step), ["instruction"])).toEqual([]);
});

test("a parameter that a run must set is refused without a value", () => {
  const step = "{ use: text-generation, llm: test/a, runtime_parameters: [temperature] }";
  expect(problemsOf(oneStep(step), ["instruction"])).toEqual([
    'The step "ask" needs a value for `parameters.temperature`. Set it with --set ask.parameters.temperature=VALUE.',
  ]);
  const set = step.replace(" }", ", parameters: { temperature: 0 } }");
  expect(problemsOf(oneStep(set), ["instruction"])).toEqual([]);
});

test("the columns of a function come from its module where the step names none", () => {
  const yaml = oneStep("{ use: ./s.ts#words }");
  const functions = new Map([["./s.ts#words", { reads: ["text"], writes: ["words"] }]]);
  expect(check(yaml, ["text"], { functions }).columns.get("ask")).toEqual(["text", "words"]);
  expect(problemsOf(yaml, ["other"], { functions })).toHaveLength(1);
});

test("a router that draws more steps than follow is refused", () => {
  const yaml = seedYaml.replace("sample-n-steps(2)", "sample-n-steps(4)");
  const columnsOfSource = new Map([["load_dataset", ["prompt"]]]);
  expect(problemsOf(yaml, [], { columnsOfSource })).toEqual([
    'The router behind "load_dataset" draws 4 of 3 steps (gpt, mistral, gemini). Set a whole number from 1 to 3.',
  ]);
});

test("edges that can't be read are reported together with the faults of steps", () => {
  const yaml = `name: p
steps:
  load: { use: load, rows: [{ a: 1 }] }
  ask: { use: text-generation, llm: nobody/a }
edges: [load >>, load >> best(2) >> ask]
`;
  expect(problemsOf(yaml)).toEqual([
    'The edges "load >>" can\'t be read: a step is missing beside ">>".',
    'The edges "load >> best(2) >> ask" can\'t be read: there is no router "best". Use sample-n-steps(n) or route(./file.ts#name).',
    'The step "ask": there is no API "nobody". Known: "openai", "mistral", "vertexai", "test".',
  ]);
});

test("two routers behind one step are refused", () => {
  const yaml = `name: p
steps:
  load: { use: load, rows: [{ instruction: a }] }
  a: { use: text-generation, llm: test/a }
  b: { use: text-generation, llm: test/b }
edges: [load >> sample-n-steps(1) >> a, load >> sample-n-steps(2) >> b]
`;
  expect(problemsOf(yaml)).toEqual([
    'The step "load" has two routers in `edges`. Name all of its successors behind one.',
  ]);
});

test("a router of one's own chooses for each row, so it takes no blocks", () => {
  const yaml = `name: p
steps:
  load: { use: load, rows: [{ instruction: a }] }
  a: { use: text-generation, llm: test/a }
  b: { use: text-generation, llm: test/b }
edges: ["load >> route(./r.ts#pick, per: 50) >> [a, b]"]
`;
  expect(problemsOf(yaml)).toEqual([
    'The router ./r.ts#pick behind "load" has `per`, and a function of your own chooses for each row. Leave out `per`, or use sample-n-steps.',
  ]);
  expect(problemsOf(yaml.replace(", per: 50", ""))).toEqual([]);
});

test("an unknown step in the edges is reported with the nearest name", () => {
  const yaml = oneStep("{ use: combine }").replace("load >> ask", "laod >> ask");
  expect(problemsOf(yaml)[0]).toBe(
    'The edge laod >> ask names no step with "laod". Did you mean "load"?',
  );
});

test("a pipeline without a source gets the dataset of its run", () => {
  const yaml = `name: p
steps:
  a: { use: text-generation, llm: test/a }
  b: { use: text-generation, llm: test/b }
edges: []
`;
  const columnsOfSource = new Map([["dataset", ["instruction"]]]);
  const { problems, columns } = check(yaml, [], { columnsOfSource });
  expect(problems).toEqual([]);
  expect(columns.get("b")).toEqual(["instruction", "generation", "model_name"]);
  const routed = yaml.replace("edges: []", 'edges: ["sample-n-steps(1) >> [a, b]"]');
  expect(problemsOf(routed, [], { columnsOfSource })).toEqual([]);
});

test("a dataset beside a source is refused", () => {
  const yaml = oneStep("{ use: combine }").replace("load >> ask", "dataset >> ask, load >> ask");
  expect(problemsOf(yaml)).toContain(
    'The edges begin with "dataset", the rows that a run brings, beside the source "load". Begin them with "load", or remove it.',
  );
});

test("a subcategory needs a column before it, and values for each of its categories", () => {
  const yaml = `name: p
steps:
  load:
    use: sample
    rows: 3
    columns:
      a: { type: subcategory, of: topic, values: { x: [1] } }
      topic: { type: category, values: [x, y, 3] }
      b: { type: subcategory, of: topic, values: { x: [1], y: [2] } }
      c: { type: subcategory, of: topc, values: { x: [1] } }
edges: []
`;
  expect(problemsOf(yaml)).toEqual([
    'The step "load": `columns.a.of` names no column before it with "topic". No column stands before it.',
    'The step "load": `columns.b.values` has no values for 3 of "topic".',
    'The step "load": `columns.c.of` names no column before it with "topc". Did you mean "topic"?',
  ]);
});
