import { expect, test } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { parseTemplate } from "../../../src/evaluation/models/template.js";

const values = { PROMPT: '"p {RESPONSE} {{"', RESPONSE: '["a", null]' };

test.each([
  ["{PROMPT} and {PROMPT}", "p {RESPONSE} {{ and p {RESPONSE} {{"],
  ["{RESPONSE} {RESPONSE[0]}", "['a', None] a"],
  ["[{RESPONSE[7]}{PROMPT[0]}]", "[p]"],
  ["{{PROMPT}}", "{PROMPT}"],
  ['{{"a": {{"b": "{PROMPT[0]}"}}}}', '{"a": {"b": "p"}}'],
  ['{"a": {"b": "{PROMPT[0]}"}}', '{"a": {"b": "p"}}'],
  ['{"a": {}, "b": {{}} }', '{"a": {}, "b": {} }'],
  ["a } b }} c { d", "a } b } c { d"],
  ["", ""],
])("%s is filled", (template, text) => {
  expect(parseTemplate(template, ["PROMPT", "RESPONSE"], "t.txt")(values)).toBe(text);
});

test("a placeholder that nobody knows is refused with the one that is meant", () => {
  const read = (): unknown => parseTemplate("{RESPONS}", ["PROMPT", "RESPONSE"], "j/t.txt");
  expect(read).toThrow(UserError);
  expect(read).toThrow(
    'Unknown placeholder {RESPONS} in "j/t.txt". Did you mean {RESPONSE}? To write it as text, double its braces: {{RESPONS}}.',
  );
});
