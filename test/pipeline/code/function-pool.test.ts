import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RowError } from "../../../src/domain/graph/walk/step-value.js";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { openFunctions } from "../../../src/pipeline/code/function-pool.js";
import type { FunctionPool } from "../../../src/pipeline/code/function-pool.js";
import type { CallOptions } from "../../../src/pipeline/code/function-pool.js";
import { functionsOf } from "./function-set-up.js";

const deeds = `
interface Row { readonly deed: string }
const never = new Promise<never>(() => undefined);
const kept: unknown[] = [];
export async function obey({ deed }: Row): Promise<object> {
  if (deed === "loop") for (;;);
  if (deed === "hang") return never;
  if (deed === "exit") process.exit(3);
  if (deed === "memory") for (;;) kept.push(new Array(1_000_000).fill(1));
  if (deed === "later") { setTimeout(() => { throw new Error("later"); }, 1); return never; }
  if (deed === "unheard") { void Promise.reject(new Error("unheard")); return never; }
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (deed === "loopLater") for (;;);
  if (deed === "exitLater") process.exit(3);
  return { done: deed.toUpperCase() };
}
`;

async function endsOf(functions: FunctionPool, rows: readonly string[], options?: CallOptions) {
  const ends = rows.map(async (deed) => functions.run("./steps.ts#obey", { deed }, options));
  return (await Promise.allSettled(ends)).map((end) =>
    end.status === "fulfilled"
      ? end.value
      : `${(end.reason as RowError).type}: ${(end.reason as RowError).message}`,
  );
}

describe("a function that", () => {
  test.each([
    ["loops", "loop", "TimeLimit: It took longer than 2 s."],
    ["never answers", "hang", "TimeLimit: It took longer than 2 s."],
    ["ends the process", "exit", "Exit: It ended its thread."],
    ["exhausts the memory", "memory", "MemoryLimit: It used more memory than its limit of 64 MB."],
    ["throws outside a promise", "later", "Error: It broke its thread: later"],
    ["leaves a rejection unheard", "unheard", "Error: It broke its thread: unheard"],
    ["loops after it has waited", "loopLater", "TimeLimit: It took longer than 2 s."],
    ["ends the process after it has waited", "exitLater", "Exit: It ended its thread."],
  ])("%s fails its row alone", async (_, deed, expected) => {
    const { functions } = await functionsOf(deeds);
    // Only a function that stands still waits for its limit.
    const limitMs = expected.startsWith("TimeLimit") ? 2_000 : 20_000;
    const ends = await endsOf(functions, ["a", "b", deed, "c"], { limitMs });
    expect(ends).toEqual([{ done: "A" }, { done: "B" }, expected, { done: "C" }]);
  });

  test("breaks its thread three times among 300 rows fails three rows", async () => {
    const { functions } = await functionsOf(deeds);
    const rows = Array.from({ length: 300 }, (_, index) => `row ${index}`);
    rows[10] = "exit";
    rows[150] = "exitLater";
    rows[299] = "memory";
    const ends = await endsOf(functions, rows, { limitMs: 20_000 });
    const failed = ends.flatMap((end, index) => (typeof end === "string" ? [index] : []));
    expect(failed).toEqual([10, 150, 299]);
    expect(ends[298]).toEqual({ done: "ROW 298" });
  });
});

test("a thrown error fails its row with its name, its message and the user's own lines", async () => {
  const { functions } = await functionsOf(
    `import { check } from "./check.js";
export const count = (row: { text: string }): object => {
  return { n: check(row.text) };
};
`,
    {
      "check.ts": `interface Long { readonly name: string }

export class TooShort extends Error {
  override readonly name = "TooShort";
}
export function check(text: string): number {
  if (text.length < 3) throw new TooShort(\`"\${text}" is too short.\`);
  return text.length;
}
`,
    },
  );
  expect(await functions.run("./steps.ts#count", { text: "long" })).toEqual({ n: 4 });
  const failed = functions.run("./steps.ts#count", { text: "ab" });
  await expect(failed).rejects.toThrow(RowError);
  await expect(failed).rejects.toMatchObject({
    type: "TooShort",
    message: '"ab" is too short.\n    at check (check.ts:7:30)\n    at count (steps.ts:3:15)',
  });
});

test("a generator is read to its end", async () => {
  const { functions } = await functionsOf(`
export function* plain({ n }: { n: number }) { for (let i = 0; i < n; i += 1) yield { i }; }
export async function* waiting(row: { n: number }) { yield* plain(row); }
export const parameters = (row: object, given: object) => ({ given });
`);
  const rows = [{ i: 0 }, { i: 1 }];
  expect(await functions.run("./steps.ts#plain", { n: 2 })).toEqual(rows);
  expect(await functions.run("./steps.ts#waiting", { n: 2 })).toEqual(rows);
  const parameters = { language: "de" };
  expect(await functions.run("./steps.ts#parameters", {}, { parameters })).toEqual({
    given: parameters,
  });
});

describe("a result that JSON does not have", () => {
  test.each([
    ["{ score: NaN }", 'Expected JSON in the column "score", got NaN.'],
    ["{ id: 12n }", 'Expected JSON in the column "id", got 12n.'],
    ["{ words: new Set() }", 'Expected JSON in the column "words", got a Set.'],
    ["{ a: { b: [1, () => 1] } }", 'Expected JSON in the column "a" (at `a.b[1]`), got function.'],
    ["self", 'Expected JSON in the column "me", got a value that contains itself.'],
    ["undefined", "Expected columns as an object, got undefined."],
  ])("%s fails its row by column", async (result, message) => {
    const { functions } = await functionsOf(
      `const self: { me?: object } = {}; self.me = self; export const give = () => (${result});`,
    );
    await expect(functions.run("./steps.ts#give", {})).rejects.toMatchObject({
      type: "NoJson",
      message,
    });
  });

  test("dates become text, and absent properties are left out", async () => {
    const { functions } = await functionsOf(
      "export const give = () => ({ at: new Date(0), none: undefined, list: [undefined] });",
    );
    expect(await functions.run("./steps.ts#give", {})).toEqual({
      at: "1970-01-01T00:00:00.000Z",
      list: [null],
    });
  });
});

describe("a batch function", () => {
  const text = `
export const size = (rows: { n: number }[]) => rows.map(({ n }) => ({ n, rows: rows.length }));
export function* each(rows: { n: number }[]) { for (const { n } of rows) yield { n }; }
export const short = (rows: unknown[]) => rows.slice(1);
export const half = (rows: { n: number }[]) => rows.map(({ n }) => ({ n: n === 1 ? NaN : n }));
export const exit = (rows: { n: number }[]) => { if (rows.some(({ n }) => n === 1)) process.exit(); return rows; };
`;
  async function run(name: string, count: number) {
    const { functions } = await functionsOf(text);
    await functions.facts(`./steps.ts#${name}`);
    const rows = Array.from({ length: count }, (_, n) => ({ n }));
    const ends = rows.map(async (row) =>
      functions.run(`./steps.ts#${name}`, row, { batch: 3 }).catch(String),
    );
    return Promise.all(ends);
  }

  test("gets up to so many rows at once, the last batch may be shorter", async () => {
    expect(await run("size", 5)).toEqual([
      { n: 0, rows: 3 },
      { n: 1, rows: 3 },
      { n: 2, rows: 3 },
      { n: 3, rows: 2 },
      { n: 4, rows: 2 },
    ]);
  });

  test("may yield its results one by one", async () => {
    expect(await run("each", 2)).toEqual([{ n: 0 }, { n: 1 }]);
  });

  test("that returns the wrong number of results fails those rows, and names the numbers", async () => {
    const error =
      "RowError: Expected ./steps.ts#short to return one result for each row of a batch of 3, got 2.";
    expect(await run("short", 3)).toEqual([error, error, error]);
  });

  test("that returns one wrong result fails that row alone", async () => {
    const error = 'RowError: Expected JSON in the column "n", got NaN.';
    expect(await run("half", 3)).toEqual([{ n: 0 }, error, { n: 2 }]);
  });

  test("that ends its thread fails the rows of that batch", async () => {
    const error = "RowError: It ended its thread.";
    expect(await run("exit", 5)).toEqual([error, error, error, { n: 3 }, { n: 4 }]);
  });
});

describe("a module that", () => {
  test("lacks a function is a user error that lists those that it has", async () => {
    const { functions } = await functionsOf("export const words = () => ({}); export const n = 1;");
    await expect(functions.run("./steps.ts#word", {})).rejects.toThrow(
      new UserError(
        'There is no function "word" in ./steps.ts. It has words. Export it, or correct `use`.',
      ),
    );
  });

  test("throws while it is loaded is a user error with the user's line", async () => {
    const { functions } = await functionsOf('\nthrow new Error("no key");');
    await expect(functions.run("./steps.ts#any", {})).rejects.toThrow(
      new UserError("The module ./steps.ts can't be loaded: no key\n    at steps.ts:2:7"),
    );
  });

  test("ends its thread while it is loaded is a user error", async () => {
    const { functions } = await functionsOf("process.exit(1);");
    await expect(functions.run("./steps.ts#any", {})).rejects.toThrow(
      new UserError("The code of ./steps.ts can't be loaded: It ended its thread."),
    );
  });
});

test("a time limit above the longest timer ends no function at once", async () => {
  const { functions } = await functionsOf(
    "export const slow = async () => ({ done: await new Promise((end) => setTimeout(end, 50, 1)) });",
  );
  const limitMs = 1_000 * 3_600_000;
  expect(await functions.run("./steps.ts#slow", {}, { limitMs })).toEqual({ done: 1 });
});

test("what was kept at the start runs, whatever the user's file says later", async () => {
  const { base, folder } = await functionsOf("export const version = () => ({ version: 1 });");
  writeFileSync(join(base, "steps.ts"), "export const version = () => ({ version: 2 });");
  const again = await openFunctions(folder);
  expect(await again.run("./steps.ts#version", {})).toEqual({ version: 1 });
  await again.end();
});
