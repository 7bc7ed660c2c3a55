import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { formRecords, hasAlias } from "../../../src/domain/record/form-records.js";
import { parseModelChoice } from "../../../src/domain/record/input-form.js";
import type { LineForm } from "../../../src/domain/record/input-form.js";

function textsOf(text: string, form: LineForm = {}, number = 1): readonly string[] {
  return formRecords({ text, number }, form).map((made) => made.text);
}

const two: LineForm = {
  models: [{ api: "openai", model: "gpt-4o" }, { api: "anthropic" }],
};

describe("models", () => {
  test("make a record each of a line that names none, with the same id", () => {
    expect(textsOf('{"prompt": "Hi"}', two, 7)).toEqual([
      '{"id": 7, "api": "openai", "model_name": "gpt-4o", "prompt": "Hi"}',
      '{"id": 7, "api": "anthropic", "prompt": "Hi"}',
    ]);
    expect(textsOf('{"id": "a", "prompt": "Hi", "n": 1.50}', two)).toEqual([
      '{"api": "openai", "model_name": "gpt-4o", "id": "a", "prompt": "Hi", "n": 1.50}',
      '{"api": "anthropic", "id": "a", "prompt": "Hi", "n": 1.50}',
    ]);
  });

  test("leave a record that names its own API as it is", () => {
    const text = '{"api": "test",  "prompt": "Hi"}';
    expect(textsOf(text, two)).toEqual([text]);
  });

  test("give no id to a record of one model, which its line tells apart", () => {
    expect(textsOf('{"prompt": "Hi"}', { models: [{ api: "test" }] })).toEqual([
      '{"api": "test", "prompt": "Hi"}',
    ]);
  });

  test("give an API to a record that names its model alone", () => {
    expect(textsOf('{"prompt": "Hi", "model": "gpt-5"}', { models: [{ api: "openai" }] })).toEqual([
      '{"api": "openai", "prompt": "Hi", "model_name": "gpt-5"}',
    ]);
    const text = '{"prompt": "Hi", "model_name": "gpt-5"}';
    expect(textsOf(text, { models: [{ api: "openai", model: "gpt-4o" }] })).toEqual([text]);
  });
});

test("parameters are added, and the record's own ones win", () => {
  const parameters = { max_tokens: 500, temperature: 0 };
  expect(textsOf('{"prompt": "Hi", "parameters": {"temperature": 1.0}}', { parameters })).toEqual([
    '{"prompt": "Hi", "parameters": {"max_tokens": 500, "temperature": 1.0}}',
  ]);
  expect(textsOf('{"prompt": "Hi"}', { parameters })).toEqual([
    '{"prompt": "Hi", "parameters": {"max_tokens": 500, "temperature": 0}}',
  ]);
});

describe("the prompt", () => {
  test("may come from another key, beside which an own one is kept", () => {
    const form = { promptColumn: "question" };
    expect(textsOf('{"question": "Why?", "n": 1}', form)).toEqual([
      '{"question": "Why?", "n": 1, "prompt": "Why?"}',
    ]);
    expect(textsOf('{"question": 4, "prompt": "old"}', form)).toEqual([
      '{"question": 4, "prompt": "4", "input-prompt": "old"}',
    ]);
  });

  test("that is missing there is a problem which names the keys", () => {
    expect(formRecords({ text: '{"q": "Why?"}', number: 1 }, { promptColumn: "question" })).toEqual(
      [
        {
          text: '{"q": "Why?"}',
          problem: "Expected a prompt in `question`, got none. The line has `q`.",
        },
      ],
    );
  });

  test("may be rendered, with empty texts for the empty cells of a table", () => {
    const render: LineForm["render"] = (line) => `${JSON.stringify(line)}!`;
    const line = { text: '{"a": "x"}', number: 1, columns: ["a", "b"] };
    expect(formRecords(line, { render })).toEqual([
      { text: '{"a": "x", "prompt": "{\\"a\\":\\"x\\",\\"b\\":\\"\\"}!"}' },
    ]);
    const fails: LineForm["render"] = () => {
      throw new UserError("no");
    };
    expect(formRecords(line, { render: fails })).toEqual([{ text: line.text, problem: "no" }]);
  });
});

describe("keys of other tools", () => {
  test.each([
    [
      '{"model": "openai/gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}',
      '{"model_name": "gpt-4o", "prompt": [{"role": "user", "content": "Hi"}], "api": "openai"}',
    ],
    [
      '{"api": "openai", "messages": ["Hi"], "temperature": 0.50, "seed": 7, "parameters": {"seed": 8}, "n_shots": 2}',
      '{"api": "openai", "prompt": ["Hi"], "parameters": {"seed": 8, "temperature": 0.50}, "n_shots": 2}',
    ],
    [
      '{"api": "openai", "model": "a/b", "prompt": "Hi"}',
      '{"api": "openai", "model_name": "a/b", "prompt": "Hi"}',
    ],
  ])("%s means %s", (text, expected) => {
    expect(hasAlias(text)).toBe(true);
    expect(textsOf(text)).toEqual([expected]);
  });

  test.each([
    ['{"api": "test", "prompt": "a", "messages": 3}', "a prompt of its own"],
    ['{"api": "test", "prompt": "a", "model_name": "b", "model": "c"}', "a model of its own"],
    ['{"api": "test", "prompt": "a", "model": "c", "response": "d"}', "the model that answered"],
    ['{"api": "test", "prompt": "say \\"model\\""}', "a text"],
    ['{"api": "test", "prompt": "a", "model": 4}', "a number"],
    ['["model"]', "no object"],
    ['{"model": ', "no JSON"],
  ])("%s keeps its text: %s", (text) => {
    expect(hasAlias(text)).toBe(false);
    expect(textsOf(text)).toEqual([text]);
  });
});

test.each([
  ["openai/gpt-4o", { api: "openai", model: "gpt-4o" }],
  ["openai-compatible/meta/llama-3", { api: "openai-compatible", model: "meta/llama-3" }],
  ["openai", { api: "openai" }],
  ["openai/", { api: "openai" }],
])("the model %s is %j", (text, choice) => {
  expect(parseModelChoice(text)).toEqual(choice);
});
