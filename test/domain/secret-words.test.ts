import { expect, test } from "vitest";
import { keptCommandLine, namesSecret } from "../../src/domain/secret-words.js";

test.each([
  ["OPENAI_API_KEY", true],
  ["--hf-token", true],
  ["ask.connection.apiKey", true],
  ["max_tokens", false],
  ["--keys", false],
  ["monkey", false],
])("%s names a secret: %o", (name, expected) => {
  expect(namesSecret(name)).toBe(expected);
});

test.each([
  [
    ["run", "my file.jsonl", "--max-queries", "60"],
    "ostinato run 'my file.jsonl' --max-queries 60",
  ],
  [
    ["run", "f", "--parameters", "max_tokens=500,seed=1"],
    "ostinato run f --parameters max_tokens=500,seed=1",
  ],
  [["run", "f", "--api-key", "abc"], "ostinato run f --api-key '***'"],
  [["run", "f", "--api-key=abc"], "ostinato run f '--api-key=***'"],
  [
    ["batch", "run", "f", "--variables", "OPENAI_API_KEY=abc"],
    "ostinato batch run f --variables 'OPENAI_API_KEY=***'",
  ],
  [
    ["run", "f", "--set", 'ask.parameters={"api_key": "a b", "n": 2}'],
    `ostinato run f --set 'ask.parameters={"api_key": ***, "n": 2}'`,
  ],
  [
    ["run", "https://me:hidden@host/p.yaml?token=abc&x=1"],
    "ostinato run 'https://me:***@host/p.yaml?token=***&x=1'",
  ],
  [
    ["run", "f", "--parameters", "x=sk-abcdefghijklmnop1234"],
    "ostinato run f --parameters 'x=***'",
  ],
  [
    ["run", "f", "--header", "Authorization: Bearer abc.def"],
    "ostinato run f --header 'Authorization: *** ***'",
  ],
  [["run", "f", "--name", "the-hidden-value-2"], "ostinato run f --name 'the-***-2'"],
])("a command line is kept without secrets: %j", (words, expected) => {
  expect(keptCommandLine(words, ["hidden-value"])).toBe(expected);
});
