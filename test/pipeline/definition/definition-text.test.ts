import { expect, test } from "vitest";
import type { JsonValue } from "../../../src/domain/json/json.js";
import type { PipelineDefinition } from "../../../src/pipeline/definition/definition.js";
import {
  dumpPipeline,
  dumpPipelineJson,
  readDefinition,
  withPlace,
} from "../../../src/pipeline/definition/definition-text.js";
import { parseDefinition } from "../../../src/pipeline/definition/parse-definition.js";
import { seedYaml } from "../seed-example.js";

const seed: PipelineDefinition = {
  name: "pipe-name",
  steps: {
    load_dataset: { use: "load", file: "prompts.jsonl", outputs: { prompt: "instruction" } },
    gpt: { use: "text-generation", llm: "openai/gpt-4-0125-preview" },
    mistral: {
      use: "text-generation",
      llm: "mistral/mistral-large-2402",
      parameters: { temperature: 0.7 },
    },
    gemini: { use: "text-generation", llm: "vertexai/gemini-1.5-pro" },
    combine_generations: {
      use: "group",
      columns: { generation: "generations", model_name: "model_names" },
    },
    words: { use: "./steps.ts#words", reads: ["generations"], writes: ["words"] },
  },
  edges: [
    "load_dataset >> sample-n-steps(2) >> [gpt, mistral, gemini] >> combine_generations >> words",
  ],
};

/** One problem a line: `3:5 step/key message`. */
function problemsOf(text: string): readonly string[] {
  return readDefinition(text).problems.map(({ line, column, step, key, message }) => {
    return `${String(line)}:${String(column)} ${step ?? ""}/${key ?? ""} ${message}`;
  });
}

test("YAML, JSON and an object give the same definition, and the same dump", () => {
  const byYaml = readDefinition(seedYaml).definition;
  expect(byYaml).toEqual(seed);
  const byJson = readDefinition(JSON.stringify(seed, undefined, "\t")).definition;
  expect(byJson).toEqual(seed);
  expect(parseDefinition(JSON.parse(JSON.stringify(seed)) as JsonValue).definition).toEqual(seed);
  expect(dumpPipeline(byYaml!)).toBe(dumpPipeline(seed));
  expect(readDefinition(dumpPipeline(seed)).definition).toEqual(seed);
  expect(readDefinition(dumpPipelineJson(seed)).definition).toEqual(seed);
});

test("the dump of the seed's example", () => {
  expect(dumpPipeline(seed)).toMatchInlineSnapshot(`
    "name: pipe-name
    steps:
      load_dataset:
        use: load
        file: prompts.jsonl
        outputs:
          prompt: instruction
      gpt:
        use: text-generation
        llm: openai/gpt-4-0125-preview
      mistral:
        use: text-generation
        llm: mistral/mistral-large-2402
        parameters:
          temperature: 0.7
      gemini:
        use: text-generation
        llm: vertexai/gemini-1.5-pro
      combine_generations:
        use: group
        columns:
          generation: generations
          model_name: model_names
      words:
        use: ./steps.ts#words
        reads:
          - generations
        writes:
          - words
    edges:
      - load_dataset >> sample-n-steps(2) >> [gpt, mistral, gemini] >> combine_generations >> words
    "
  `);
});

test("texts that look like other values come back as texts", () => {
  const definition: PipelineDefinition = {
    name: "no",
    description: "Two\nlines: #1",
    steps: {
      "1": {
        use: "template",
        llm: "test/null",
        template: "{{ a }}\n  - yes\n\n",
        parameters: { stop: ["true", "1.0", "~"], temperature: 1, x: null, deep: { a: [1, [2]] } },
      },
    },
    edges: ["[a, b] >> 1"],
  };
  expect(readDefinition(dumpPipeline(definition)).definition).toEqual(definition);
  expect(readDefinition(dumpPipelineJson(definition)).definition).toEqual(definition);
});

test("listed steps have names, or get a number by kind", () => {
  const { definition } = readDefinition(`steps:
  - { use: load, file: a.jsonl, name: rows }
  - { use: text-generation, llm: test/a }
  - { use: text-generation, llm: test/b, name: text_generation_1 }
  - { use: text-generation, llm: test/c }
  - { use: ./my-steps.ts#words, writes: [words] }
edges: rows >> text_generation_0
`);
  expect(Object.keys(definition!.steps)).toEqual([
    "rows",
    "text_generation_0",
    "text_generation_1",
    "text_generation_2",
    "words_0",
  ]);
  expect(definition!.edges).toEqual(["rows >> text_generation_0"]);
  expect(definition!.name).toBe("pipeline");
});

test("a pipeline without a name is called like its file, made safe", () => {
  const text = "steps: { a: { use: combine } }";
  expect(readDefinition(text, "my gpt-4.1 pipe").definition?.name).toBe("my-gpt-4-1-pipe");
});

test("two listed steps of one name are refused", () => {
  const text = `steps:
  - { name: a, use: combine }
  - { name: a, use: combine }
`;
  expect(problemsOf(text)).toEqual([
    '3:7 a/ Two steps are called "a". Give one of them another name.',
  ]);
});

test("every problem is reported at once, with its line, step and key", () => {
  const text = `name: 3
stps: {}
steps:
  a: { use: lod, file: x }
  b: { use: text-generation, lm: openai/x, num_generations: "2" }
  c:
    use: load
  d: { use: sample, rows: -1, columns: { x: { type: cat }, y: { type: uniform, low: 2, high: 1 } } }
  e: { use: text-generation, llm: gpt, validate: {}, retries: 1.5, inputs: [3] }
  f: { use: expand, columns: 3 }
  g: 3
  h: {}
  j: { use: text-generation, llm: openai/x, validate: { patern: x, pattern: y }, accepts: error }
edges: [3]
`;
  expect(problemsOf(text).join("\n")).toMatchInlineSnapshot(`
    "2:1 /stps \`stps\` is no key of a pipeline. Did you mean "steps"?
    1:1 /name Expected \`name\` to be text, got 3.
    4:8 a/use The step "a": there is no kind of step "lod". Did you mean "load"? A function of your own is named like ./steps.ts#words.
    5:3 b/llm The step "b": \`llm\` is missing. Expected \`api/model\`, such as openai/gpt-4o, or a list of them.
    5:44 b/num_generations The step "b": expected \`num_generations\` to be a number, got "2".
    5:30 b/lm The step "b": \`lm\` is no key of a text-generation step. Did you mean \`llm\`?
    6:3 c/ The step "c": expected exactly one of \`file\`, \`from\`, \`function\` and \`rows\`.
    8:47 d/columns.x.type The step "d": expected \`columns.x.type\` to be one of category, subcategory, uniform, gaussian, bernoulli, datetime, uuid, got "cat".
    8:88 d/columns.y.high The step "d": expected \`columns.y.high\` to be at least \`low\`, got 1.
    8:21 d/rows The step "d": expected \`rows\` to be at least 0, got -1.
    9:68 e/inputs The step "e": expected \`inputs\` to be an object, got [3].
    9:30 e/llm The step "e": expected \`llm\` to be \`api/model\`, such as openai/gpt-4o, or a list of them, got "gpt".
    9:40 e/validate The step "e": expected \`validate\` to be at least one of \`schema\`, \`pattern\` and \`function\`, got {}.
    9:54 e/retries The step "e": expected \`retries\` to be a whole number, got 1.5.
    10:21 f/columns The step "f": expected \`columns\` to be a list of columns, or columns with their new names, got 3.
    11:3 g/ The step "g": expected an object with \`use\`, got 3.
    12:3 h/use The step "h": expected \`use\` to name a kind of step, got none.
    13:82 j/accepts The step "j": expected \`accepts\` to be "errors", got "error".
    13:57 j/validate.patern The step "j": \`validate.patern\` is no key of \`validate\`. Did you mean \`pattern\`?
    14:9 /edges Expected \`edges[0]\` to be text such as "load >> gpt", got 3."
  `);
});

test.each([
  ["a: [1\nb: 2", "2:1"],
  ["steps: {}\nsteps: {}", "2:1"],
  ['{"steps": {"a": }', "1:"],
  ["a: *b", "undefined:"],
])("text that can't be parsed is refused with its place: %j", (text, place) => {
  const [problem = ""] = problemsOf(text);
  expect(problem).toMatch(new RegExp(`^${place}.*The text can't be read: .+\\.$`));
});

test("a list in brackets of edges with a list in brackets is explained", () => {
  const text = "steps: { a: { use: combine } }\nedges: [a >> [b, c] >> d]\n";
  expect(problemsOf(text)[0]).toMatch(
    /^2:\d+ .*Write each text of `edges` on a line of its own behind "- ", or in quotes\.$/,
  );
});

test("an empty text is no pipeline", () => {
  expect(problemsOf("")).toEqual([
    "undefined:undefined / Expected a pipeline to be an object with `steps` and `edges`, got nothing.",
  ]);
});

test("a problem of an edge has the place of its text, one of the whole pipeline has none", () => {
  const text = 'name: p\nsteps: {}\nedges:\n  - "load >> ask"\n  - "ask >> kep"\n';
  const message = "a problem";
  expect(withPlace(text, { edge: { from: "ask", to: "kep" }, message })).toEqual({
    message,
    line: 5,
    column: 5,
  });
  expect(withPlace(text, { message })).toEqual({ message });
});
