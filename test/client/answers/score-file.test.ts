import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { scoreFile } from "../../../src/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const stamp = "21-11-2026-10-43-19";
const match = [{ scorer: "match" }];

function completedFile(lines: readonly string[]): string {
  const path = join(temporaryFolder(), `${stamp}-completed-pilot.jsonl`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  return path;
}

const textOf = (path: string): string => readFileSync(path, "utf8");

/** As prompto writes them: no `status`, the text of an error as `response`. */
const promptos = [
  `{"id": 0, "api": "test", "model_name": "m", "prompt": "p", "expected_response": "Paris", "n": 1.50, "timestamp_sent": "${stamp}", "response": "Paris"}`,
  `{"id": 1, "api": "test", "model_name": "m", "prompt": "p", "expected_response": "Rome", "n": NaN, "timestamp_sent": "${stamp}", "response": "Caf\\u00e9"}`,
  `{"id": 2, "api": "test", "model_name": "m", "prompt": "p", "expected_response": "Rome", "timestamp_sent": "${stamp}", "response": "KeyError - 'prompt'"}`,
];

describe("a completed file of prompto's", () => {
  test("gets scores at the end of its lines, and all else stays byte for byte", async () => {
    const path = completedFile(promptos);
    const { completedFile: written, scores } = await scoreFile(path, { scorers: match });
    expect(written).toBe(path);
    expect(textOf(path)).toBe(
      [
        promptos[0]?.replace(/\}$/, ', "match": true}'),
        promptos[1]?.replace(/\}$/, ', "match": false}'),
        promptos[2],
        "",
      ].join("\n"),
    );
    expect(scores[0]).toMatchObject({ scorer: "match", scored: 2, unscored: 1, mean: 0.5 });
    expect(readdirSync(dirname(path))).toEqual([`${stamp}-completed-pilot.jsonl`]);
  });

  test("may be scored again: the same scores leave it as it is, others come behind", async () => {
    const path = completedFile(promptos);
    await scoreFile(path, { scorers: match });
    const once = textOf(path);
    await scoreFile(path, { scorers: match });
    expect(textOf(path)).toBe(once);
    await scoreFile(path, { scorers: [{ scorer: "levenshtein" }] });
    await scoreFile(path, { scorers: [{ scorer: "includes", as: "match" }] });
    const [first = "", second = "", third] = textOf(path).split("\n");
    expect(Object.keys(JSON.parse(first) as object).slice(-3)).toEqual([
      "response",
      "levenshtein",
      "match",
    ]);
    expect(second.match(/"match"/g)).toHaveLength(1);
    expect(third).toBe(promptos[2]);
  });
});

describe("a file of a run", () => {
  test("has its CSV written anew, and the means are noted in the state folder beside earlier ones", async () => {
    const path = completedFile([
      '{"id": 0, "api": "test", "match": "mine", "expected_response": "a", "status": "completed", "response": "a"}',
    ]);
    const csv = path.replace(/jsonl$/, "csv");
    writeFileSync(csv, "old");
    const directory = join(dirname(path), `.${stamp}`);
    mkdirSync(directory);
    await scoreFile(path, { scorers: match });
    await scoreFile(path, { scorers: [{ scorer: "includes" }] });
    expect(textOf(csv)).toBe(
      "\ufeffid,api,input-match,expected_response,status,response,match,includes\n0,test,mine,a,completed,a,true,true\n",
    );
    const noted = JSON.parse(textOf(join(directory, "scores.json"))) as { scorer: string }[];
    expect(new Set(noted.map(({ scorer }) => scorer))).toEqual(new Set(["match", "includes"]));
    expect(readdirSync(directory)).toEqual(["scores.json"]);
  });
});

describe("is refused, and the file stays as it was:", () => {
  test.each([
    [
      "an input file",
      `{"id": 1, "api": "test", "prompt": "p", "match": 1}\n`,
      /something else in line 1/,
    ],
    [
      "a line within the file that is cut off",
      `{"id": 2, "resp\n${promptos[0] ?? ""}\n`,
      /something else in line 1/,
    ],
    ["what is no object", "[1]\n", /something else in line 1/],
    ["a file without lines", "", /got no line/],
  ])("%s", async (_, text, message) => {
    const path = completedFile([]);
    writeFileSync(path, text);
    const scoring = scoreFile(path, { scorers: match });
    await expect(scoring).rejects.toMatchObject({ name: "UserError" });
    await expect(scoring).rejects.toThrow(message);
    expect(textOf(path)).toBe(text);
    expect(readdirSync(dirname(path))).toEqual([`${stamp}-completed-pilot.jsonl`]);
  });

  test("an unknown scorer", async () => {
    const path = completedFile(promptos);
    await expect(scoreFile(path, { scorers: [{ scorer: "mach" }] })).rejects.toThrow(
      /Did you mean `match`/,
    );
    expect(textOf(path)).toBe(promptos.map((line) => `${line}\n`).join(""));
  });
});
