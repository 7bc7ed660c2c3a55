import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LineScoring } from "../../../src/domain/scores/line-scoring.js";
import type { ScorerSetting } from "../../../src/domain/scores/scorer-setting.js";
import { checkScorers } from "../../../src/evaluation/scorers/check-scorers.js";
import { openLineScoring } from "../../../src/evaluation/scorers/line-scoring.js";
import type { ScoringOptions } from "../../../src/evaluation/scorers/scoring.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

function moduleOf(text: string, name = "mine.mjs"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

async function* linesOf(records: readonly object[]): AsyncGenerator<{ text: string }> {
  for (const record of records) yield Promise.resolve({ text: JSON.stringify(record) });
}

interface Scored {
  readonly lines: readonly Record<string, unknown>[];
  readonly rows: ReturnType<LineScoring["rows"]>;
}

async function scored(
  settings: readonly ScorerSetting[],
  records: readonly object[],
  options: ScoringOptions = {},
): Promise<Scored> {
  const scoring = await openLineScoring(settings, options);
  try {
    const lines: Record<string, unknown>[] = [];
    for await (const { text } of scoring.score(linesOf(records))) {
      lines.push(JSON.parse(text) as Record<string, unknown>);
    }
    return { lines, rows: scoring.rows() };
  } finally {
    await scoring.close();
  }
}

function answered(id: number, given: object = {}): object {
  return {
    id,
    api: "test",
    model_name: "m",
    prompt: "p",
    status: "completed",
    response: "a",
    ...given,
  };
}

const ids = (count: number): number[] => Array.from({ length: count }, (_, id) => id);

describe("scorers of a user's own", () => {
  test("score record by record or in batches, alone or several of a module, also with promises", async () => {
    const byRecord = moduleOf("export default ({ id }) => id / 10;", "tenth.mjs");
    const several = moduleOf(`
      export default [
        { name: "even", score: async ({ id }) => id % 2 === 0 },
        { name: "batch", batchSize: 150, scoreBatch: (records) => records.map(() => records.length) },
        { name: "label", score: ({ id }) => (id === 0 ? null : "late") },
      ];`);
    const { lines } = await scored(
      [{ scorer: byRecord }, { scorer: several }],
      ids(160).map((id) => answered(id)),
    );
    expect(lines[0]).toMatchObject({ id: 0, tenth: 0, even: true, batch: 150, label: null });
    expect(lines[0]).not.toHaveProperty("label_error");
    expect(lines[159]).toMatchObject({ tenth: 15.9, even: false, batch: 10, label: "late" });
    expect(Object.keys(lines[3] ?? {}).slice(-4)).toEqual(["tenth", "even", "batch", "label"]);
  });

  test("leave the answer alone where they fail, and say so beside it", async () => {
    const throwing = moduleOf(`
      export default [
        { name: "throws", score: ({ id }) => { if (id === 1) throw new Error("no " + id); return 1; } },
        { name: "spoiled", scoreBatch: (records) => {
            if (records.some(({ id }) => id === 1)) throw "spoiled"; return records.map(() => 2); } },
        { name: "short", scoreBatch: () => [] },
        { name: "odd", score: () => Number.NaN },
      ];`);
    const { lines, rows } = await scored(
      [{ scorer: throwing }],
      [0, 1, 2].map((id) => answered(id)),
    );
    expect(lines).toMatchObject([
      { response: "a", throws: 1, spoiled: 2, short: null, odd: null },
      {
        response: "a",
        throws: null,
        throws_error: "no 1",
        spoiled: null,
        spoiled_error: "spoiled",
      },
      { response: "a", throws: 1, spoiled: 2 },
    ]);
    expect(lines[0]).toMatchObject({
      short_error: "Expected a list of 1 scores, got 0 of them.",
      odd_error: "Expected a finite number, true, false, a text or null as score, got NaN.",
    });
    expect(rows.find(({ scorer }) => scorer === "throws")).toMatchObject({
      scored: 2,
      unscored: 1,
    });
  });

  test("that never return fail on that record alone, and are given up after three", async () => {
    const stuck = moduleOf(`
      export default [
        { name: "stuck", score: ({ id }) => { if (id % 100 === 50) for (;;); return true; } },
        { name: "fine", score: () => true },
      ];`);
    const { lines } = await scored(
      [{ scorer: stuck }],
      ids(400).map((id) => answered(id)),
      {
        callLimitMs: 1_000,
      },
    );
    expect(lines.map(({ fine }) => fine)).toEqual(ids(400).map(() => true));
    expect(lines[49]).toMatchObject({ stuck: true });
    expect(lines[50]).toMatchObject({ stuck: null, stuck_error: "It took longer than 1 s." });
    expect(lines[150]).toMatchObject({ stuck: null });
    expect(lines[199]).toMatchObject({ stuck: true });
    expect(lines[399]).toMatchObject({
      stuck_error: expect.stringContaining("Given up after 3 times"),
    });
  });

  test("that end their process end their thread alone", async () => {
    const ending = moduleOf(
      "export default ({ id }) => (id === 1 ? process.exit(3) : true);",
      "e.mjs",
    );
    const { lines } = await scored(
      [{ scorer: ending }],
      [0, 1, 2].map((id) => answered(id)),
    );
    expect(lines).toMatchObject([
      { e: true },
      { e: null, e_error: "It ended its thread." },
      { e: true },
    ]);
  });

  test("are read anew each time", async () => {
    const path = moduleOf("export default () => 1;");
    expect((await scored([{ scorer: path }], [answered(0)])).lines).toMatchObject([{ mine: 1 }]);
    writeFileSync(path, "export default () => 2;");
    expect((await scored([{ scorer: path }], [answered(0)])).lines).toMatchObject([{ mine: 2 }]);
  });

  test("that are gone leave a reason in every answered line", async () => {
    const { lines } = await scored(
      [{ scorer: "/no/such.js" }, { scorer: "json-valid" }],
      [answered(0)],
    );
    expect(lines[0]).toMatchObject({ response: "a", such: null, "json-valid": false });
    expect(lines[0]?.["such_error"]).toMatch(/`\/no\/such.js` can't be used: Cannot find module/);
  });
});

describe("lines", () => {
  test("without an answer stay as they are, prompto's errors included", async () => {
    const records = [
      { id: 1, status: "failed", response: null, error: { type: "Timeout" } },
      {
        id: 2,
        prompt: "p",
        timestamp_sent: "21-11-2026-10-00-00",
        response: "KeyError - 'prompt'",
      },
      {
        id: 3,
        response:
          "An unexpected error occurred when querying the API: (TimeoutError - ) after maximum 3 attempts",
      },
      { id: 4, prompt: "p", response: "An answer", expected_response: "An answer" },
    ];
    const { lines, rows } = await scored([{ scorer: "match" }], records);
    expect(lines).toEqual([...records.slice(0, 3), { ...records[3], match: true }]);
    expect(rows[0]).toMatchObject({ scorer: "match", scored: 1, unscored: 3, mean: 1 });
  });
});

describe("the table", () => {
  test("has a row for all records, one a model, one a group", async () => {
    const records = [
      answered(0, { expected_response: "a", group: "g" }),
      answered(1, { expected_response: "b", model_name: "n" }),
      answered(2, { expected_response: "a", group: "g" }),
      answered(3, { model_name: "n" }),
      { id: 4, api: "test", model_name: "m", group: 7, status: "failed", response: null },
    ];
    const { rows } = await scored([{ scorer: "match" }], records);
    const reasons = rows.map(({ reason }) => reason?.slice(0, 19));
    const lacks = "Expected the record";
    const failed = "The record failed o";
    expect(reasons).toEqual([lacks, failed, lacks, undefined, failed]);
    const facts = rows.map(({ interval, ...row }) => ({
      ...row,
      reason: undefined,
      method: interval?.method,
    }));
    expect(facts).toEqual([
      { scorer: "match", scored: 3, unscored: 2, mean: 2 / 3, method: "wilson" },
      { scorer: "match", model: "test/m", scored: 2, unscored: 1, mean: 1, method: "wilson" },
      { scorer: "match", model: "test/n", scored: 1, unscored: 1, mean: 0, method: "wilson" },
      { scorer: "match", group: "g", scored: 2, unscored: 0, mean: 1, method: "wilson" },
      { scorer: "match", group: "7", scored: 0, unscored: 1, method: undefined },
    ]);
  });
});

describe("the check before a run", () => {
  test.each<readonly [string, readonly ScorerSetting[], RegExp]>([
    ["an unknown name", [{ scorer: "incldues" }], /Did you mean `includes`\?/],
    [
      "two of one key",
      [{ scorer: "match" }, { scorer: "match", trim: true }],
      /got `match` twice.*as=/,
    ],
    ["a key of ours", [{ scorer: "match", as: "response" }], /got `response` twice/],
  ])("refuses %s", async (_, settings, message) => {
    await expect(checkScorers(settings)).rejects.toThrow(message);
    await expect(checkScorers(settings)).rejects.toMatchObject({ name: "UserError" });
  });

  test.each([
    ["has no default export", "export const score = 1;", /it has no default export/],
    ["exports no scorer", "export default {};", /a function, or an object with the function/],
    ["exports unnamed ones", "export default [() => 1];", /each scorer of a list needs a `name`/],
    ["is no JavaScript", "export default (", /Unexpected/],
    ["throws while it is read", "throw new Error('oh');", /can't be used: oh/],
    ["never ends being read", "for (;;);", /took longer than 2 s/],
  ])("refuses a module that %s", async (_, text, message) => {
    const settings = [{ scorer: moduleOf(text) }];
    await expect(checkScorers(settings, { callLimitMs: 2_000 })).rejects.toThrow(message);
  });
});
