import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/domain/json/json.js";
import type { ScorerSetting } from "../../../src/domain/scores/scorer-setting.js";
import { applyScorer } from "../../../src/evaluation/scorers/apply-scorer.js";
import { lastNumber } from "../../../src/evaluation/scorers/last-number.js";
import { levenshteinDistance } from "../../../src/evaluation/scorers/levenshtein.js";
import { loadScorers } from "../../../src/evaluation/scorers/load-scorers.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

/** A score, or the text of its error. */
async function score(setting: ScorerSetting, record: JsonObject): Promise<unknown> {
  const [loaded] = await loadScorers([setting]);
  if (!loaded) throw new Error("A setting loads a scorer.");
  const calls = {
    onCall: () => undefined,
    onEnd: () => undefined,
    known: new Map<number, never>(),
  };
  const [outcome] = await applyScorer(loaded, [record], calls);
  return outcome?.error ?? outcome?.score;
}

type Row = readonly [
  setting: ScorerSetting,
  response: JsonValue,
  expected: JsonValue,
  score: unknown,
];

const person = { type: "object", properties: { age: { type: "integer" } }, required: ["age"] };

const rows: readonly Row[] = [
  [{ scorer: "match" }, "Paris", "Paris", true],
  [{ scorer: "match" }, "paris", "Paris", false],
  [{ scorer: "match" }, "Paris ", "Paris", false],
  [{ scorer: "match" }, "44", 44, true],
  [{ scorer: "match" }, "440", 44, false],
  [{ scorer: "match", ignoreCase: true }, "True", true, true],
  [{ scorer: "match" }, 44, 44, true],
  [{ scorer: "includes" }, "It is 44.", 44, true],
  [{ scorer: "match" }, ["a", "b"], ["a", "b"], true],
  [{ scorer: "match" }, null, "Paris", false],
  [{ scorer: "match", ignoreCase: true }, "PARIS", "paris", true],
  [{ scorer: "match", trim: true }, " Paris\n", "Paris", true],
  [{ scorer: "includes" }, "It is Paris.", "Paris", true],
  [{ scorer: "includes" }, "It is Rome.", "Paris", false],
  [{ scorer: "includes", ignoreCase: true }, "IT IS PARIS", "paris", true],
  [{ scorer: "includes" }, ["no", "yes"], "yes", true],
  [{ scorer: "includes" }, ["no", "yes!"], "yes", false],
  [{ scorer: "includes" }, "5", [5], "Expected `expected_response` to be a text, got a list."],
  [{ scorer: "includes" }, null, "x", "Expected `response` to be a text, got null."],
  [{ scorer: "starts-with" }, "Yes, because", "Yes", true],
  [{ scorer: "starts-with" }, " Yes", "Yes", false],
  [{ scorer: "starts-with", trim: true }, " Yes", "Yes", true],
  [{ scorer: "regex", pattern: "^\\d+$" }, "42", "unused", true],
  [{ scorer: "regex", pattern: "^\\d+$" }, "42!", "unused", false],
  [{ scorer: "regex" }, "the colour", "colou?r", true],
  [{ scorer: "regex", ignoreCase: true }, "COLOR", "colou?r", true],
  // Not an escape of the `u` flag, but one of other languages.
  [{ scorer: "regex" }, "a-b", "a\\-b", true],
  [{ scorer: "regex" }, "a", "(", /Invalid regular expression/],
  [{ scorer: "levenshtein" }, "kitten", "sitting", 1 - 3 / 7],
  [{ scorer: "levenshtein" }, "same", "same", 1],
  [{ scorer: "levenshtein" }, "", "", 1],
  [{ scorer: "levenshtein" }, "", "abc", 0],
  [{ scorer: "levenshtein", ignoreCase: true }, "ABC", "abc", 1],
  [{ scorer: "equals-number" }, "The answer is 1,234.50.", 1234.5, true],
  [{ scorer: "equals-number" }, "First 5, then 6", "6", true],
  [{ scorer: "equals-number" }, "First 5, then 6", "5", false],
  [{ scorer: "equals-number" }, "none", 5, false],
  [{ scorer: "equals-number", tolerance: 0.1 }, "0.3", 0.2, true],
  [{ scorer: "equals-number", tolerance: "0.1" }, "0.31", 0.2, false],
  [{ scorer: "equals-number", tolerance: "1%" }, "-101", -100, true],
  [{ scorer: "equals-number", tolerance: "1%" }, "-101.1", -100, false],
  [
    { scorer: "equals-number" },
    "5",
    "five",
    "Expected `expected_response` to be or to have a number, got a string.",
  ],
  [{ scorer: "json-valid" }, '{"a": [1]}', "unused", true],
  [{ scorer: "json-valid" }, "{'a': 1}", "unused", false],
  [{ scorer: "json-valid" }, '```json\n{"a": 1}\n```', "unused", false],
  [{ scorer: "json-valid", fenced: true }, 'Here:\n```json\n{"a": 1}\n```\n', "unused", true],
  [{ scorer: "json-schema", schema: person }, '{"age": 7}', "unused", true],
  [{ scorer: "json-schema", schema: person }, '{"age": "7"}', "unused", false],
  [{ scorer: "json-schema", schema: person }, "no JSON", "unused", false],
  [{ scorer: "json-schema" }, '{"age": 7}', person, true],
  [{ scorer: "json-schema" }, "7", "x", "Expected a JSON Schema, an object, got a string."],
  [
    { scorer: "json-schema" },
    "7",
    { $schema: "http://json-schema.org/draft-07/schema#", items: [{ type: "string" }] },
    true,
  ],
];

test.each(rows)("%j of %j, expected %j, is %s", async (...row) => {
  const [setting, response, expected, wanted] = row;
  const got = await score(setting, { response, expected_response: expected });
  if (wanted instanceof RegExp) expect(got).toMatch(wanted);
  else if (typeof wanted === "number") expect(got).toBeCloseTo(wanted, 12);
  else expect(got).toBe(wanted);
});

test("what is expected may have a key of its own, and its lack is told", async () => {
  const record = { response: "Rome", gold: "Rome" };
  expect(await score({ scorer: "match", expected: "gold" }, record)).toBe(true);
  expect(await score({ scorer: "match" }, record)).toBe(
    "Expected the record to have `expected_response`, got none.",
  );
});

test("a schema may lie in a file", async () => {
  const path = join(temporaryFolder(), "schema.json");
  writeFileSync(path, JSON.stringify(person));
  expect(await score({ scorer: "json-schema", schema: path }, { response: '{"age": 1}' })).toBe(
    true,
  );
  expect(await score({ scorer: "json-schema", schema: path }, { response: "{}" })).toBe(false);
});

test.each<readonly [ScorerSetting, RegExp]>([
  [
    { scorer: "mtach" },
    /`mtach` can't be used: there is none of that name. Did you mean `match`\?/,
  ],
  [{ scorer: "nothing-like-it" }, /Known: `match`, `includes`, .*own is named by its path/],
  [{ scorer: "match", tolerance: 1 }, /takes no option `tolerance`. It takes as, expected/],
  [{ scorer: "regex", pattern: "(" }, /`regex` can't be used: Invalid regular expression/],
  [{ scorer: "json-schema", schema: { type: "nonsense" } }, /`type` must be one of array, /],
  [{ scorer: "json-schema", schema: "/no/such.json" }, /ENOENT.*\/no\/such.json/],
  [{ scorer: "/no/such.js" }, /Cannot find module/],
  [{ scorer: "/no/such.js", trim: true }, /takes no option `trim`. It takes `as` alone/],
])("%j can't be used", async (setting, problem) => {
  const [loaded] = await loadScorers([setting]);
  expect(loaded).toMatchObject({ problem: expect.stringMatching(problem) });
});

describe("the last number", () => {
  test.each([
    ["It comes to -1,234.5 in all.", -1234.5],
    ["GPT-4", 4],
    ["1 + 1 = 2", 2],
    ["\u2212.5", -0.5],
    ["6.02e23", 6.02e23],
    ["1,2", 1.2],
    ["1,2,3 or 4, 5", 5],
    ["1,2,3", 3],
    ["\u22122,25 Euro", -2.25],
    ["1e999", undefined],
    ["12,345,678", 12_345_678],
    ["$5.", 5],
    ["none", undefined],
  ])("in %j is %s", (text, number) => {
    expect(lastNumber(text)).toBe(number);
  });
});

describe("the distance of Levenshtein", () => {
  test.each([
    ["", "", 0],
    ["a", "", 1],
    ["flaw", "lawn", 2],
    ["intention", "execution", 5],
    ["a😀b", "ab", 1],
    ["abcdef", "abXdef", 1],
  ])("of %j and %j is %i", (one, other, distance) => {
    expect(levenshteinDistance(one, other)).toBe(distance);
    expect(levenshteinDistance(other, one)).toBe(distance);
  });
});
