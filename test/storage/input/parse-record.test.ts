import { expect, test } from "vitest";

import { parseRecord } from "../../../src/storage/input/parse-record.js";

test.each([
  ["a string", '"hi"', "hi"],
  ["a list of strings", '["a", "b"]', ["a", "b"]],
  ["a list of objects", '[{"role": "user", "content": "a"}]', [{ role: "user", content: "a" }]],
  ["a list of nothing", "[]", []],
])("a prompt may be %s", (_, text, prompt) => {
  expect(parseRecord(`{"api": "test", "prompt": ${text}}`)).toEqual({
    record: { api: "test", prompt },
  });
});

test("unknown keys and null parameters stay", () => {
  const text = '{"api": "test", "prompt": "a", "parameters": null, "mine": {"x": [1]}, "id": NaN}';
  expect(parseRecord(text)).toEqual({
    record: { api: "test", prompt: "a", parameters: null, mine: { x: [1] }, id: null },
  });
});

test("a model that is null counts as none", () => {
  expect(parseRecord('{"api": "test", "model_name": NaN, "prompt": "a"}')).toEqual({
    record: { api: "test", prompt: "a" },
  });
});

test.each([
  ["", "Expected a JSON object, got a blank line."],
  ["  \t", "Expected a JSON object, got a blank line."],
  ["[1]", "Expected a JSON object, got a list."],
  ["null", "Expected a JSON object, got null."],
  ['"text"', 'Expected a JSON object, got "text".'],
  [
    '{"prompt": "a"}',
    "Expected `api`, the name of an API; it is missing. Name a model for all records that lack it with --model, e.g. --model openai/gpt-4o.",
  ],
  ['{"api": " ", "prompt": "a"}', 'Expected `api` to be the name of an API, got " ".'],
  ['{"api": 5, "prompt": "a"}', "Expected `api` to be the name of an API, got 5."],
  [
    '{"api": "test"}',
    "Expected `prompt`, a string, a list of strings, or a list of objects with `role` and `content`; it is missing.",
  ],
  [
    '{"api": "test", "prompt": NaN}',
    "Expected `prompt` to be a string, a list of strings, or a list of objects with `role` and `content`, got null.",
  ],
  [
    '{"api": "test", "prompt": ["a", {"role": "user"}, "b"]}',
    "Expected `prompt` to be a string, a list of strings, or a list of objects with `role` and `content`, got a list with a string and an object.",
  ],
  [
    '{"api": "test", "prompt": "a", "model_name": 4}',
    "Expected `model_name` to be a string, got 4.",
  ],
  [
    '{"api": "test", "prompt": "a", "parameters": "none"}',
    'Expected `parameters` to be an object, got "none".',
  ],
])("%s is no record", (text, problem) => {
  expect(parseRecord(text)).toEqual({ problems: [problem] });
});

test("text that isn't JSON is described without a line number of its own", () => {
  const parsed = parseRecord('{"api": "test", "prompt": "a",}');
  expect(parsed).toHaveProperty("problems.0", expect.stringMatching(/^Expected JSON: .*\.$/));
  expect(parsed).toHaveProperty("problems.0", expect.not.stringContaining("line 1"));
});

test("a long value is not told whole", () => {
  const parsed = parseRecord(
    JSON.stringify({ api: "test", prompt: "a", parameters: "x".repeat(99) }),
  );
  expect(parsed).toHaveProperty("problems.0", expect.stringMatching(/got "x{39}…\.$/));
});
