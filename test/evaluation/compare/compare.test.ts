import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { defined } from "../../../src/domain/defined.js";
import type { Comparison } from "../../../src/domain/scores/comparison.js";
import { compareFiles, compareWithin } from "../../../src/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

type Line = Readonly<Record<string, unknown>>;

/** A line of ours; the call's own keys come before the scores, as a finish writes them. */
function scored(id: unknown, scores: object = {}, given: object = {}): Line {
  return {
    ...defined({ id }),
    api: "test",
    prompt: `p${String(id)}`,
    ...given,
    timestamp_sent: "21-11-2026-10-00-00",
    status: "completed",
    response: "a",
    latency_ms: 10,
    attempts: 1,
    ...scores,
  };
}

function fileOf(lines: readonly Line[]): string {
  const path = join(temporaryFolder(), "completed.jsonl");
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return path;
}

async function compared(
  first: readonly Line[],
  second: readonly Line[],
  keys?: readonly string[],
): Promise<Comparison> {
  return compareFiles(fileOf(first), fileOf(second), keys && { keys });
}

describe("records are joined", () => {
  test("by id, in whatever order; those that one file lacks are named", async () => {
    const comparison = await compared(
      [scored("b", { match: true }), scored("a", { match: true }), scored("only-a")],
      [scored("only-b"), scored("a", { match: false }), scored("b", { match: true })],
    );
    expect(comparison).toMatchObject({
      joinedBy: "id",
      pairs: 2,
      onlyFirst: ["only-a"],
      onlySecond: ["only-b"],
      changes: [{ record: "a", scorer: "match", first: 1, second: 0, difference: -1 }],
    });
    expect(comparison).not.toHaveProperty("reason");
  });

  test("by prompt where an id lacks or comes twice, and it says where", async () => {
    const prompt = (text: unknown): object => ({ prompt: text });
    const chat = [{ role: "user", content: "hi" }];
    const first = [
      scored(1, { match: true }, prompt("one")),
      scored(1, { match: true }, prompt(chat)),
    ];
    const second = [
      scored(7, { match: false }, prompt(chat)),
      scored(8, { match: true }, prompt("one")),
    ];
    const reason = "The id of line 1 comes again in line 2 of the first file.";
    expect(await compared(first, second)).toMatchObject({
      joinedBy: "prompt",
      reason,
      pairs: 2,
      onlyFirst: [],
      onlySecond: [],
      scores: [{ scorer: "match", first: 1, second: 0.5, worse: 1, same: 1 }],
    });
    expect(
      await compared([scored(1, { m: 1 })], [scored(undefined, { m: 1 }, prompt("p1"))]),
    ).toMatchObject({
      joinedBy: "prompt",
      reason: "There is no id in line 1 of the second file.",
      pairs: 1,
    });
  });

  test("by position where neither tells them apart", async () => {
    const same = { prompt: "again" };
    const lines = (scores: readonly number[]): Line[] =>
      scores.map((grade) => scored(undefined, { grade }, same));
    const comparison = await compared(lines([1, 2, 3]), lines([1, 5]));
    expect(comparison).toMatchObject({
      joinedBy: "position",
      pairs: 2,
      onlyFirst: ["line 3"],
      onlySecond: [],
      changes: [{ record: "line 2", first: 2, second: 5, difference: 3 }],
    });
    expect(comparison.reason).toBe(
      "There is no id in line 1 of the first file. The prompt of line 1 comes again in line 2 of the first file.",
    );
  });
});

test("records whose ids differ in the files are joined by prompts that are in both", async () => {
  const same = { prompt: "the same" };
  expect(await compared([scored(1, { m: 1 }, same)], [scored(2, { m: 0 }, same)])).toMatchObject({
    joinedBy: "prompt",
    reason: "No id is in both.",
    pairs: 1,
  });
  expect(await compared([scored(1, { m: 1 })], [scored(2, { m: 0 })])).toMatchObject({
    joinedBy: "id",
    pairs: 0,
    onlyFirst: ["1"],
    onlySecond: ["2"],
  });
});

describe("the models of one file", () => {
  const ask = (id: unknown, model: string, scores: object): Line =>
    scored(id, scores, { prompt: `p${String(id)}`, model_name: model });
  const lines = [
    ...[ask(1, "owl", { match: true }), ask(1, "fox", { match: false })],
    ...[ask(2, "owl", { match: true }), ask(2, "fox", { match: true }), ask(3, "fox", {})],
  ];

  test("are compared with the first one, on the same records", async () => {
    const [only, ...others] = await compareWithin(fileOf(lines), { by: "model" });
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      first: "test/owl",
      second: "test/fox",
      joinedBy: "id",
      pairs: 2,
      onlySecond: ["3"],
      scores: [{ scorer: "match", first: 1, second: 0.5, difference: -0.5, worse: 1, same: 1 }],
      changes: [{ record: "1", scorer: "match", first: 1, second: 0 }],
    });
  });

  test("are compared with a baseline, each of several", async () => {
    const three = [...lines, ask(1, "elk", { match: true })];
    const compared = await compareWithin(fileOf(three), { by: "model", baseline: "fox" });
    expect(compared).toMatchObject([
      { first: "test/fox", second: "test/owl", pairs: 2 },
      { first: "test/fox", second: "test/elk", pairs: 1, scores: [{ difference: 1 }] },
    ]);
    const unknown = compareWithin(fileOf(three), { by: "model", baseline: "test/folx" });
    await expect(unknown).rejects.toThrow(/not in the file. Did you mean "test\/fox"\?/);
  });

  test("are joined by prompt if each line has an id of its own; lines have their own numbers", async () => {
    const given = (id: number, model: string, grade: number): Line =>
      scored(id, { grade }, { prompt: `p${grade}`, model_name: model });
    const [compared] = await compareWithin(
      fileOf([given(1, "owl", 1), given(2, "fox", 1), given(3, "fox", 3)]),
      { by: "model" },
    );
    expect(compared).toMatchObject({ joinedBy: "prompt", pairs: 1, onlySecond: ["3"] });
    const [unnamed] = await compareWithin(
      fileOf([ask(undefined, "owl", { m: 1 }), ask(undefined, "fox", { m: 1 }), ask(4, "fox", {})]),
      { by: "model" },
    );
    expect(unnamed).toMatchObject({
      reason: "There is no id in line 1 of test/owl.",
      onlySecond: ["4"],
    });
  });

  test("another key of the records compares variants; one value is refused", async () => {
    const variant = (id: number, group: string, match: boolean): Line =>
      scored(id, { match }, { group });
    const file = fileOf([variant(1, "short", true), variant(1, "long", false)]);
    expect(await compareWithin(file, { by: "group" })).toMatchObject([
      { first: "short", second: "long", pairs: 1, scores: [{ difference: -1 }] },
    ]);
    await expect(compareWithin(file, { by: "model" })).rejects.toThrow(/all have "test"/);
    await expect(compareWithin(file, { by: "tone" })).rejects.toThrow(/no record has one/);
  });
});

test("differences that only rounding makes are zero", async () => {
  const lines = (scores: readonly number[]): Line[] =>
    scores.map((grade, index) => scored(index, { grade }));
  // Three changes up and three down: their running mean is 2.8e-17.
  const { scores } = await compared(lines([0, 1, 0, 1, 0, 1]), lines([1, 0, 1, 0, 1, 0]));
  expect(scores[0]?.difference).toBe(0);
  // 0.1 + 0.2 - 0.3 is 5.6e-17.
  const { scores: graded } = await compared(lines([0.1, 0.2, 0.3]), lines([0.2, 0.4, 0]));
  expect(graded[0]?.difference).toBe(0);
  const { scores: tiny } = await compared(lines([1e-15, 2e-15]), lines([2e-15, 3e-15]));
  expect(tiny[0]?.difference).toBeCloseTo(1e-15, 20);
});

describe("scores", () => {
  test("come sorted by what got worse most, and the records that changed too", async () => {
    const comparison = await compared(
      [scored(1, { up: 1, down: 0.9, most: 9 }), scored(2, { up: 1, down: 0.8, most: 5 })],
      [scored(1, { up: 2, down: 0.7, most: 4 }), scored(2, { up: 1, down: 0.4, most: 5 })],
    );
    expect(comparison.scores.map(({ scorer }) => scorer)).toEqual(["most", "down", "up"]);
    expect(comparison.scores).toMatchObject([
      { difference: -2.5, compared: 2, worse: 1, same: 1, better: 0 },
      { difference: expect.closeTo(-0.3, 12) as number, worse: 2, same: 0, better: 0 },
      { difference: 0.5, worse: 0, same: 1, better: 1 },
    ]);
    expect(
      comparison.changes.map(({ record, scorer, difference }) => [
        record,
        scorer,
        Number(difference.toFixed(6)),
      ]),
    ).toEqual([
      ["1", "most", -5],
      ["2", "down", -0.4],
      ["1", "down", -0.2],
      ["1", "up", 1],
    ]);
  });

  test("have the interval of the mean difference of the same records", async () => {
    const { scores } = await compared(
      [scored(1, { grade: 0.9 }), scored(2, { grade: 0.8 })],
      [scored(1, { grade: 0.7 }), scored(2, { grade: 0.4 })],
    );
    // Differences of -0.2 and -0.4: a standard error of 0.1, and 12.7062 is the t of one degree of
    // freedom.
    expect(scores[0]?.interval?.method).toBe("paired-t");
    expect(scores[0]?.interval?.low).toBeCloseTo(-0.3 - 1.27062, 5);
    expect(scores[0]?.interval?.high).toBeCloseTo(-0.3 + 1.27062, 5);
  });

  test("are those behind the answer: no key of the input, none of the call, no label", async () => {
    const scores = { match: true, tone: "calm", tone_error: "x", levenshtein: 0.5, nothing: null };
    const lines = [scored(1, scores, { difficulty: 3 })];
    const { scores: found } = await compared(lines, lines);
    expect(found.map(({ scorer }) => scorer)).toEqual(["match", "levenshtein"]);
    const wanted = await compared(lines, lines, ["latency_ms", "difficulty"]);
    expect(wanted.scores).toMatchObject([
      { scorer: "latency_ms", first: 10, second: 10, difference: 0 },
      { scorer: "difficulty", first: 3 },
    ]);
  });

  test("that a record lacks in one of the files leave it out, by its name", async () => {
    const failed = { id: 2, prompt: "p2", status: "failed", response: null };
    const comparison = await compared(
      [scored(1, { match: true }), scored(2, { match: true }), scored(3, { match: null })],
      [scored(1, { match: true }), failed, scored(3, { match: true, extra: 1 })],
    );
    expect(comparison.scores).toMatchObject([
      { scorer: "match", compared: 1, unscored: { first: ["3"], second: ["2"] } },
      { scorer: "extra", compared: 0, unscored: { first: ["1", "2", "3"], second: ["1", "2"] } },
    ]);
    expect(comparison.scores[1]).not.toHaveProperty("difference");
  });
});

describe("files of prompto's form", () => {
  test("are compared with ours, their scores standing behind the answer as well", async () => {
    const promptos = {
      id: 1,
      api: "test",
      prompt: "p1",
      timestamp_sent: "21-11-2026-10-00-00",
      response: "a",
      match: false,
    };
    expect(await compared([promptos], [scored(1, { match: true })])).toMatchObject({
      joinedBy: "id",
      scores: [{ scorer: "match", first: 0, second: 1, better: 1 }],
    });
  });
});

test("the lines that are read are counted over both files", async () => {
  const counts: number[] = [];
  const file = fileOf([scored(1, { match: true }), scored(2, { match: true })]);
  await compareFiles(file, file, { onLine: (count) => counts.push(count) });
  expect(counts).toEqual([1, 2, 3, 4]);
});

describe("what can't be compared is refused:", () => {
  test.each([
    [
      "files without a score",
      `{"id": 1, "status": "completed", "response": "a"}\n`,
      /ostinato score FILE/,
    ],
    ["a file that is none of objects", "[1]\n", /something else in line 1/],
    [
      "a line within the file that is cut off",
      `{"id": 1, "response": "a"}\n{"id": 2, "resp\n{"id": 3, "response": "a"}\n`,
      /something else in line 2/,
    ],
  ])("%s", async (_, text, message) => {
    const path = join(temporaryFolder(), "completed.jsonl");
    writeFileSync(path, text);
    const comparing = compareFiles(path, path);
    await expect(comparing).rejects.toMatchObject({ name: "UserError" });
    await expect(comparing).rejects.toThrow(message);
  });

  test("a file that isn't there", async () => {
    await expect(compareFiles("/no/such.jsonl", "/no/such.jsonl")).rejects.toThrow(
      /Expected "\/no\/such.jsonl" to be a completed file, found nothing there/,
    );
  });
});
