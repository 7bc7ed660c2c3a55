import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../src/domain/json/json.js";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { parseRule } from "../../../src/evaluation/scorers/parse-rule.js";

const yesNo = { labels: ["yes", "no"] };
const harm = { labels: ["harmful", "not harmful"] };

describe("the verdict of an answer", () => {
  test.each<[JsonValue, string, number | string]>([
    ["last_number", "I give it 3 of 5. Score: 4", 4],
    ["last_number", "Score: 4.5.", 4.5],
    ["last_number", "about -2", -2],
    ["last_number", "a score of gpt-4", 4],
    ["last_number", "1,250 points", 1250],
    ["last_number", "0,5", 0.5],
    ["last_number", "from (3)-4", 4],
    [{ json_field: "score" }, '{"score": 3}', 3],
    [{ json_field: "score" }, 'Here:\n```json\n{"score": "7"}\n```\nDone.', 7],
    [{ json_field: "score" }, 'I think {"score": "bad", "why": "{}"} fits', "bad"],
    [{ json_field: "a.b" }, '{"a": {"b": true}}', "true"],
    [{ json_field: "a.b" }, '{"a.b": 1, "a": {"b": 2}}', 1],
    [{ regex: "Score: (\\d+)" }, "Score: 4 of 5", 4],
    [{ regex: "[AB]$" }, "The better one is B", "B"],
    [yesNo, "Yes.", "yes"],
    [yesNo, "**No**, not at all", "no"],
    [harm, "It is not harmful.", "not harmful"],
    [harm, "Harmful", "harmful"],
  ])("by %j of %j is %j", (rule, answer, verdict) => {
    expect(parseRule(rule, "judge")(answer)).toEqual({ verdict });
  });

  test.each<[JsonValue, string, string]>([
    ["last_number", "none", "Expected a number in the answer, found none."],
    [{ json_field: "score" }, "none", "Expected JSON in the answer, found none."],
    [
      { json_field: "score" },
      '{"score": null}',
      "Expected a number or a text in `score` of the answer, found none.",
    ],
    [{ regex: "S(\\d)" }, "none", "Expected the answer to match S(\\d), it doesn't."],
    [yesNo, "yes and no", "Expected one of yes, no in the answer, found yes and no."],
    [yesNo, "nobody", "Expected one of yes, no in the answer, found none."],
  ])("by %j of %j is none", (rule, answer, problem) => {
    expect(parseRule(rule, "judge")(answer)).toEqual({ problem });
  });
});

test.each<[JsonValue]>([["first_number"], [{ regex: "(" }], [{ labels: [] }], [{ json: "a" }]])(
  "the rule %j is refused",
  (rule) => {
    expect(() => parseRule(rule, 'judge "a"')).toThrow(UserError);
  },
);
