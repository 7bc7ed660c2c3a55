import { expect, test } from "vitest";
import { withScores } from "../../../src/domain/scores/scored-line.js";

const head = '{"id": 1.0, "x": NaN';
const call =
  '"timestamp_sent": "21-11-2026-10-00-00", "status": "completed", "response": "a, \\"b\\"}"';

test.each([
  [
    "scores stand at the end, and the rest keeps its text",
    `${head}, ${call}}`,
    `${head}, ${call}, "match": true, "own": null, "own_error": "no"}`,
  ],
  [
    "a key of the input that bears a score's name is renamed",
    `${head}, "match": "m", "own_error": 7, ${call}}`,
    `${head}, "input-match": "m", "input-own_error": 7, ${call}, "match": true, "own": null, "own_error": "no"}`,
  ],
  [
    "scores of an earlier time make way, those of other scorers stay",
    `${head}, ${call}, "own": 3, "other": 0.5, "match": null, "match_error": "late"}`,
    `${head}, ${call}, "other": 0.5, "match": true, "own": null, "own_error": "no"}`,
  ],
  [
    "prompto's lines have no status",
    '{"prompt": "p", "response": "a", "match": false}',
    '{"prompt": "p", "response": "a", "match": true, "own": null, "own_error": "no"}',
  ],
])("%s", (_, line, scored) => {
  const once = withScores(
    line,
    ["match", "own"],
    [
      ["match", true],
      ["own", null],
      ["own_error", "no"],
    ],
  );
  expect(once).toBe(scored);
  expect(
    withScores(
      once,
      ["match", "own"],
      [
        ["match", true],
        ["own", null],
        ["own_error", "no"],
      ],
    ),
  ).toBe(scored);
});

test("a line without an answer gets no scores, but gives their names up", () => {
  const failed = '{"id": 1,  "status": "failed", "response": null}';
  expect(withScores(failed, ["match"], [])).toBe(failed);
  expect(withScores('{"match": 1, "status": "failed", "response": null}', ["match"], [])).toBe(
    '{"input-match": 1, "status": "failed", "response": null}',
  );
});
