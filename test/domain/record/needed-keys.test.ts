import { describe, expect, test } from "vitest";
import { NeededKeys } from "../../../src/domain/record/needed-keys.js";
import { keysOfScorers } from "../../../src/domain/scores/scorer-keys.js";
import type { ScorerSetting } from "../../../src/domain/scores/scorer-setting.js";

function noticesOf(scorers: readonly ScorerSetting[], records: readonly object[]) {
  const needed = new NeededKeys(keysOfScorers(scorers));
  for (const record of records) needed.add({ api: "test", prompt: "p", id: 1, ...record });
  return needed.notices();
}

const match = { scorer: "match" };

describe("keys that scorers need", () => {
  test("are refused if no record has them, with the name that comes nearest", () => {
    expect(() => noticesOf([match], [{ topic: "a", expected: "yes" }, { expected: "no" }])).toThrow(
      "No record has `expected_response`, which the scorer `match` compares with. The records have `expected`: use --scorers match:expected=expected.",
    );
    const two = [match, { scorer: "includes" }];
    expect(() => noticesOf(two, [{ topic: "a", "gold label": "b" }])).toThrow(
      "which the scorers `match`, `includes` compare with. The records have `gold label`: use --scorers 'match:expected=gold label,includes:expected=gold label'.",
    );
    expect(() => noticesOf([match], [{ topic: "a" }])).toThrow(
      "The records have `topic`: use --scorers match:expected=KEY.",
    );
    expect(() => noticesOf([match], [{}])).toThrow("compares with. Add it to the records.");
    expect(() => noticesOf([match], [{ truth: "a", response: "b", status: "completed" }])).toThrow(
      "The records have `truth`: use --scorers match:expected=truth.",
    );
    expect(() => noticesOf([{ scorer: "regex", expected: "patern" }], [{ pattern: "a" }])).toThrow(
      "No record has `patern`, which the scorer `regex` compares with. The records have `pattern`: use",
    );
  });

  test("are counted if only some records lack them", () => {
    const records = Array.from({ length: 3_000 }, (_, id) => (id < 1_200 ? {} : { expected: "" }));
    expect(noticesOf([{ scorer: "match", expected: "expected" }], records)).toEqual([
      "1,200 of 3,000 records lack `expected`, which the scorer `match` compares with. Records without it get no score.",
    ]);
    expect(noticesOf([match], [{ expected_response: null }, { expected_response: 1 }])).toEqual([
      "1 of 2 records lacks `expected_response`, which the scorer `match` compares with. Records without it get no score.",
    ]);
  });

  test("are none of a scorer that reads none, and may be keys of the output", () => {
    const free = [
      ...[{ scorer: "json-valid" }, { scorer: "regex", pattern: "a" }, { scorer: "./mine.js" }],
      ...[
        { scorer: "json-schema", schema: "a.json" },
        { scorer: "match", expected: "model" },
      ],
      { scorer: "match", expected: "input-response" },
    ];
    expect(noticesOf(free, [{ response: "before" }])).toEqual([]);
  });
});
