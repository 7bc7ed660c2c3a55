import { expect, test } from "vitest";
import type { PipelineDefinition } from "../../src/pipeline/definition/definition.js";
import { parseSets, withParameters } from "../../src/pipeline/with-parameters.js";

const definition: PipelineDefinition = {
  name: "p",
  steps: {
    load: { use: "load", file: "rows.jsonl" },
    gpt: {
      use: "text-generation",
      llm: "openai/gpt",
      parameters: { temperature: 0, stop: ["a", "b"], metadata: { a: 1, b: 2 } },
    },
    words: { use: "./s.ts#words", writes: ["words"], runtime_parameters: ["least_length"] },
  },
  edges: ["load >> gpt >> words"],
};

test("values are set over the definition, deep in its objects", () => {
  const changes = parseSets([
    "gpt.parameters.temperature=0.7",
    "gpt.parameters.metadata.b=3",
    'gpt.parameters.stop=["x"]',
    "gpt.llm=test/model=1",
    "words.parameters.least_length=3",
    "load.file=other rows.jsonl",
  ]);
  expect(withParameters(definition, changes)).toEqual({
    ...definition,
    steps: {
      load: { use: "load", file: "other rows.jsonl" },
      gpt: {
        use: "text-generation",
        llm: "test/model=1",
        parameters: { temperature: 0.7, stop: ["x"], metadata: { a: 1, b: 3 } },
      },
      words: { ...definition.steps["words"], parameters: { least_length: 3 } },
    },
  });
});

test("a value is JSON, or else text", () => {
  expect(parseSets(["a.b=true", 'a.c="1"', "a.d=null", "a.e=[1", "a.f="])).toEqual({
    a: { b: true, c: "1", d: null, e: "[1", f: "" },
  });
});

test("unknown steps, keys and mistyped parameters are refused all at once, each with the nearest name", () => {
  const changes = parseSets([
    "gtp.parameters.temperature=1",
    "gpt.paramters.temperature=1",
    "gpt.parameters.temperture=1",
    "words.parameters.least_lenght=1",
    "load.batch_size=none",
  ]);
  expect(() => withParameters(definition, changes)).toThrow(
    [
      "The parameters can't be set:",
      '  There is no step "gtp". Did you mean "gpt"?',
      '  The step "gpt": `parameters.temperture` looks mistyped. Did you mean `temperature`?',
      '  The step "words": `parameters.least_lenght` looks mistyped. Did you mean `least_length`?',
      '  The step "load": expected `batch_size` to be a number, got "none".',
      '  The step "gpt": `paramters` is no key of a text-generation step. Did you mean `parameters`?',
    ].join("\n"),
  );
});

test.each(["gpt=1", "gpt.parameters.x", ".a=1", "a..b=1", ""])(
  "%j is no setting of a parameter",
  (text) => {
    expect(() => parseSets([text])).toThrow(
      `Expected --set STEP.KEY=VALUE, such as gpt.parameters.temperature=0.7, got "${text}".`,
    );
  },
);
