import { describe, expect, test } from "vitest";
import { resolveSettings } from "../../src/settings/resolve-settings.js";
import { completeRunSettings } from "../../src/settings/resolve-settings.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

function scorers(given: string | readonly string[]): unknown {
  const from = { flags: { scorers: given }, environment: {}, folder: temporaryFolder() };
  return resolveSettings(["scorers"], from).values.scorers;
}

describe("a list of scorers", () => {
  test.each<readonly [string | string[], unknown]>([
    ["match", [{ scorer: "match" }]],
    [" match, includes ,match", [{ scorer: "match" }, { scorer: "includes" }]],
    [
      ["match", "includes,match"],
      [{ scorer: "match" }, { scorer: "includes" }],
    ],
    [
      "match:ignore-case:trim:as=loose",
      [{ scorer: "match", ignoreCase: true, trim: true, as: "loose" }],
    ],
    ["equals-number:tolerance=1%", [{ scorer: "equals-number", tolerance: "1%" }]],
    [
      "regex:ignore-case:pattern=^(?:a|b):c=d$",
      [{ scorer: "regex", ignoreCase: true, pattern: "^(?:a|b):c=d$" }],
    ],
    ["/x/mine.js,/x/y z.mjs:as=y", [{ scorer: "/x/mine.js" }, { scorer: "/x/y z.mjs", as: "y" }]],
    [
      "json-schema:schema=/x/s.json:fenced",
      [{ scorer: "json-schema", schema: "/x/s.json", fenced: true }],
    ],
  ])("%j", (given, wanted) => {
    expect(scorers(given)).toEqual(wanted);
  });

  test.each<readonly [string, string]>([
    ["match,", 'Expected the name of a scorer, got "".'],
    [
      "match:ignore-cas",
      'Unknown option `ignore-cas` in the scorer "match:ignore-cas". Did you mean `ignore-case`?',
    ],
    ["match:trim=yes", "Expected `trim` without a value in the scorer"],
    ["match:as", "Expected `as=…` in the scorer"],
    ["equals-number:tolerance=much", "Expected `scorers` to be a list of scorers"],
  ])("%j is refused", (given, message) => {
    expect(() => scorers(given)).toThrow(message);
  });

  test("in code has texts and objects, and paths that become absolute", () => {
    const { scorers: read } = completeRunSettings(
      {
        file: "x.jsonl",
        scorers: [{ scorer: "./mine.js" }, { scorer: "json-schema", schema: { type: "string" } }],
      },
      "/folder",
    );
    expect(read).toEqual([
      { scorer: "/folder/mine.js" },
      { scorer: "json-schema", schema: { type: "string" } },
    ]);
  });
});
