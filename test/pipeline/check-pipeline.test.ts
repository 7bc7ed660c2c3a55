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

test("a step behind a source without rows says so", () => {
  const step = "{ use: text-generation, llm: test/a }";
  expect(problemsOf(oneStep(step), [])).toEqual([
    'The step "ask" requires the columns instruction, and available are none: instruction is missing. Check that the source has rows.',
  ]);
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
    "{ use: template, llm: test/a, template: '{{ größe }}' }",
    "`template` is no Jinja template: Unexpected character: ö. A name in Jinja has the letters a to z, digits and `_`. Give the column such a name with `inputs: { name: column }`.",
  ],
  [
    "{ use: template, llm: test/a, template: '{{ instruction | jsonn }}' }",
    "in `template` there is no filter `jsonn`. Did you mean `tojson`?",
  ],
  [
    "{ use: structured-output, llm: test/a, template: '{{ a | uper }}', schema: {} }",
    "in `template` there is no filter `uper`. Did you mean `upper`?",
  ],
  [
    "{ use: filter, where: 'a is nonne' }",
    "in `where` there is no test `nonne`. Did you mean `none`?",
  ],
  [
    "{ use: text-generation, llm: test/a, when: 'a | intt > 4' }",
    "in `when` there is no filter `intt`. Did you mean `int`?",
  ],
  [
    "{ use: filter, where: 'a >' }",
    "`where` is neither a Jinja expression nor a function: Unexpected token: CloseStatement.",
  ],
  [
    "{ use: structured-output, llm: test/a, schema: { type: objct } }",
    '`schema` is no JSON Schema: `type` must be one of array, boolean, integer, null, number, object, string, got "objct".',
  ],
  [
    "{ use: structured-output, llm: test/a, schema: { properties: { ratings: { type: list } } } }",
    '`schema` is no JSON Schema: `properties.ratings.type` must be one of array, boolean, integer, null, number, object, string, got "list".',
  ],
  [
    "{ use: text-generation, llm: test/a, validate: { schema: { minimum: x } } }",
    '`validate.schema` is no JSON Schema: `minimum` must be number, got "x".',
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

const chain = "steps:\n  load: { use: load, file: rows.jsonl }\n";

test.each([
  [`accept: "score > 1"\n${chain}`, "`accept` needs a `target`, the number of rows to accept."],
  [
    `target: 3\nmax_candidates: 2\n${chain}`,
    "Expected `max_candidates` to be at least the `target` of 3, got 2: a source row gives one row at most.",
  ],
  [
    `target: 3\naccept: "score >"\n${chain}`,
    "`accept` is no Jinja expression: Unexpected token: CloseStatement.",
  ],
  [
    `target: 3\naccept: ./a.ts#isGood\n${chain}`,
    'Expected `accept` to be an expression, such as "score >= 4", got the function ./a.ts#isGood. End the pipeline with a filter step that calls it, and leave out `accept`.',
  ],
  [
    `target: 3\n${chain}  accepted: { use: keep, columns: [score] }\nedges: [load >> accepted]`,
    'A step is called "accepted", which is the name of the last step of a pipeline with a `target`. Give it another name.',
  ],
  [
    `target: 3\n${chain}  a: { use: keep, columns: [score] }\n  b: { use: keep, columns: [score] }\nedges: ["load >> [a, b]"]`,
    "Expected one leaf in a pipeline with a `target`, got a, b. Join them with a group or combine step, or remove all but one.",
  ],
  [
    `target: 3\n${chain}  each: { use: expand, columns: [score] }\nedges: [load >> each]`,
    'Behind the step "each" a source row has several rows, so `target` can\'t be met exactly. Collect them into one row, or make the rows in a pipeline of their own and load its result.',
  ],
])("an exact number of rows: %s", (yaml, expected) => {
  expect(problemsOf(`name: p\n${yaml}`, ["score"])).toEqual([expected]);
});

test("the accepted rows pass a filter behind the leaf, whose columns are checked", () => {
  const yaml = `name: p\ntarget: 3\naccept: "rating >= 4"\n${chain}`;
  expect(problemsOf(yaml, ["score"])).toEqual([
    'The step "accepted" requires the columns rating, and available are score: rating is missing. Write it in a step before, or map another column with `inputs`.',
  ]);
  const { columns } = check(yaml, ["rating"]);
  expect(columns.get("accepted")).toEqual(["rating"]);
});

test("a sampler has as many rows as there may be candidates, or names their number", () => {
  const sampler = "steps:\n  s: { use: sample, columns: { id: { type: uuid } } }\n";
  expect(problemsOf(`name: p\n${sampler}`)).toEqual([
    'The step "s": `rows` is missing, the number of rows. A pipeline with `max_candidates` needs none.',
  ]);
  expect(problemsOf(`name: p\ntarget: 2\nmax_candidates: 9\n${sampler}`)).toEqual([]);
});

test("a column can't be drawn from a file and have a sampler", () => {
  const step =
    "{ use: sample, rows: 3, draw: { file: a.csv, columns: [id] }, columns: { id: { type: uuid } } }";
  expect(problemsOf(`name: p\nsteps:\n  s: ${step}\n`)).toEqual([
    'The step "s": the column "id" has a sampler and is drawn from a.csv. Remove one of them.',
  ]);
});

test("the columns of a draw are those that it names, or those of its file", () => {
  const yaml = (draw: string): string =>
    `name: p\nsteps:\n  load: { use: sample, rows: 3, draw: ${draw}, columns: { id: { type: uuid } } }\n`;
  expect(check(yaml("{ file: a.csv, columns: [topic] }")).columns.get("load")).toEqual([
    "topic",
    "id",
  ]);
  expect(check(yaml("{ file: a.csv }"), ["a", "b"]).columns.get("load")).toEqual(["a", "b", "id"]);
});
