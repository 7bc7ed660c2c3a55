import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import type { Row } from "../../../src/domain/graph/graph.js";
import type { CallOptions } from "../../../src/pipeline/code/function-pool.js";
import { StreamAborted } from "../../../src/executors/stream/run-stream.js";
import { functionsOf } from "./function-set-up.js";

const text = `
export async function* rank(rows: AsyncIterable<{ n: number }>, { from = 0 }: { from?: number }) {
  const all = [];
  for await (const row of rows) all.push(row);
  all.sort((a, b) => a.n - b.n);
  for (const [index, row] of all.entries()) yield { ...row, rank: from + index };
}
export async function* firstTwo(rows: AsyncIterable<object>) {
  let count = 0;
  for await (const row of rows) { yield row; count += 1; if (count === 2) return; }
}
export const list = () => [{ a: 1 }, { a: 2 }];
export async function* each(rows: AsyncIterable<{ n: number }>) { for await (const row of rows) yield row; }
export async function* broken(rows: AsyncIterable<{ n: number }>) {
  for await (const { n } of rows) { if (n === 3) throw new TypeError("n is three"); yield { n }; }
}
export async function* exits() { yield { a: 1 }; process.exit(); }
export async function* loops() { yield { a: 1 }; for (;;); }
export async function* wrong() { yield { score: NaN }; }
export async function* pairs([left, right]: readonly AsyncIterable<{ n: number }>[]) {
  const others = right[Symbol.asyncIterator]();
  for await (const { n } of left) {
    const other = await others.next();
    yield { left: n, right: other.done ? null : other.value.n };
  }
}
export const none = () => 7;
`;

async function* numbers(count: number, onRow?: (n: number) => void): AsyncGenerator<Row> {
  for (let n = 0; n < count; n += 1) {
    onRow?.(n);
    yield { n };
  }
}

async function read(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

async function run(name: string, count: number, options?: CallOptions) {
  const { functions } = await functionsOf(text);
  return read(functions.runGlobal(`./steps.ts#${name}`, [numbers(count)], options));
}

test("a global function gets all rows and yields rows", async () => {
  expect(await run("rank", 3, { parameters: { from: 5 } })).toEqual([
    { n: 0, rank: 5 },
    { n: 1, rank: 6 },
    { n: 2, rank: 7 },
  ]);
  expect(await run("each", 1001)).toHaveLength(1001);
  expect(await run("each", 0)).toEqual([]);
  expect(await run("list", 3)).toEqual([{ a: 1 }, { a: 2 }]);
});

test("of several inputs it gets a list, and reads them side by side", async () => {
  const { functions } = await functionsOf(text);
  const rows = await read(functions.runGlobal("./steps.ts#pairs", [numbers(450), numbers(250)]));
  expect(rows).toHaveLength(450);
  expect([rows[0], rows[249], rows[250]]).toEqual([
    { left: 0, right: 0 },
    { left: 249, right: 249 },
    { left: 250, right: null },
  ]);
});

test("its signal ends it, also one that loops", async () => {
  const { functions } = await functionsOf(text);
  const stop = new AbortController();
  const looping = functions.runGlobal("./steps.ts#loops", [numbers(1)], { signal: stop.signal });
  const next = looping.next();
  setTimeout(() => {
    stop.abort();
  }, 300);
  await expect(next).rejects.toThrow(StreamAborted);
});

describe("neither side runs ahead of the other:", () => {
  async function taken(name: string, stopAfter: number): Promise<number> {
    const { functions } = await functionsOf(text);
    let last = 0;
    const rows = numbers(100_000, (n) => {
      last = n;
    });
    const got: Row[] = [];
    for await (const row of functions.runGlobal(`./steps.ts#${name}`, [rows])) {
      got.push(row);
      if (got.length === stopAfter) break;
    }
    return last;
  }

  test("a function that ends early leaves the rest unread", async () => {
    expect(await taken("firstTwo", Infinity)).toBeLessThan(1_000);
  });

  test("a reader that ends early does too", async () => {
    expect(await taken("each", 300)).toBeLessThan(2_000);
  });
});

describe("a global function that fails is a user error by its name:", () => {
  async function problem(name: string, options?: CallOptions): Promise<string> {
    const failed = run(name, 5, options);
    await expect(failed).rejects.toThrow(UserError);
    return failed.then(
      () => "",
      (error: unknown) => (error instanceof Error ? error.message : ""),
    );
  }

  test.each<[string, string]>([
    ["broken", "n is three\n    at broken (steps.ts:15:56)"],
    ["exits", "It ended its thread."],
    ["loops", "It took longer than 1 s."],
    ["wrong", 'Expected JSON in the column "score", got NaN.'],
    ["none", "Expected a generator, or a list, of rows."],
  ])("%s", async (name, reason) => {
    // Only a function that stands still waits for its limit.
    const limitMs = name === "loops" ? 1_000 : 20_000;
    expect(await problem(name, { limitMs })).toBe(
      `The global step ./steps.ts#${name} failed: ${reason}`,
    );
  });

  test("one that is not there", async () => {
    expect(await problem("lost")).toContain('There is no function "lost" in ./steps.ts.');
  });

  test("rows that can't be read fail it as they do", async () => {
    const { functions } = await functionsOf(text);
    const rows = failing();
    await expect(read(functions.runGlobal("./steps.ts#each", [rows]))).rejects.toThrow("disk gone");
  });
});

async function* failing(): AsyncGenerator<Row> {
  yield { n: 1 };
  throw new Error("disk gone");
}
