import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import type { TaskFailed } from "../../../src/executors/lines/executor.js";
import { keepFlowCode } from "../../../src/flow/code/flow-code.js";
import { typescriptExecutor } from "../../../src/flow/code/typescript-executor.js";
import {
  endOf,
  endsOf,
  poolOf,
  recordedRequests,
  responseTexts,
} from "../../executors/lines/executor-set-up.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const deeds = `
import type { Line } from "ostinato";
const kept: unknown[] = [];
const never = new Promise<never>(() => undefined);
export default async function obey({ deed }: { deed: string }, line: Line): Promise<string> {
  if (deed.startsWith("ask")) await line.call("test/a", "x");
  if (deed === "loop" || deed === "askLoop") for (;;);
  if (deed === "hang") return never;
  if (deed === "exit" || deed === "askExit") process.exit(3);
  if (deed === "memory") for (;;) kept.push(new Array(1_000_000).fill(1));
  if (deed === "later") { setTimeout(() => { throw new Error("later"); }, 1); return never; }
  await new Promise((resolve) => setTimeout(resolve, 5));
  return deed.toUpperCase();
}
`;

const memory = "MemoryLimit: The executor of TypeScript used more memory than its limit of 64 MB";

describe("a line that", () => {
  test.each([
    ["loops", "loop", /^LineExecutionTimeout: .* longer than 2 s/],
    ["loops after a call", "askLoop", /^LineExecutionTimeout: /],
    ["never answers", "hang", /^LineExecutionTimeout: /],
    ["ends the process", "exit", /^ProcessCrash: The executor of TypeScript ended while it ran/],
    ["ends the process after a call", "askExit", /^ProcessCrash: /],
    ["exhausts the memory", "memory", new RegExp(`^${memory}`)],
    ["throws outside a promise", "later", /^ProcessCrash: The executor of TypeScript broke: later/],
  ])("%s fails alone among 60", async (_, deed, expected) => {
    const { pool } = poolOf(typescriptExecutor, { files: { "deeds.ts": deeds }, mostHeapMb: 64 });
    const inputs = Array.from({ length: 60 }, (_each, line) => ({
      deed: line === 20 ? deed : `row ${line}`,
    }));
    const isStuck = expected.source.includes("Timeout");
    const options = { limitMs: isStuck ? 2_000 : 20_000 };
    await pool.start();
    const startedAtMs = performance.now();
    const ends = await endsOf(pool, inputs, { file: "deeds.ts", options });
    const others = inputs.map(({ deed: each }) => each.toUpperCase());
    expect(ends[20]).toMatch(expected);
    expect(ends.toSpliced(20, 1)).toEqual(others.toSpliced(20, 1));
    // It would loop for good.
    if (isStuck) expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  });

  test("ends its thread three times among 300 fails three lines", async () => {
    const { pool } = poolOf(typescriptExecutor, { files: { "deeds.ts": deeds }, most: 2 });
    const bad = new Set([10, 150, 299]);
    const inputs = Array.from({ length: 300 }, (_, line) => ({
      deed: bad.has(line) ? "exit" : `row ${line}`,
    }));
    const ends = await endsOf(pool, inputs, { file: "deeds.ts" });
    const failed = ends.flatMap((end, line) =>
      typeof end === "string" && end.startsWith("ProcessCrash") ? [line] : [],
    );
    expect(failed).toEqual([10, 150, 299]);
  });
});

const talk = `
export default async function talk({ name }: { name: string }): Promise<string> {
  console.log("hello", name);
  await new Promise((resolve) => setTimeout(resolve, name === "a" ? 20 : 5));
  console.error("bye " + name);
  return name;
}
`;

test("what a line prints goes to its own log, also behind awaits of its own", async () => {
  const { pool } = poolOf(typescriptExecutor, { files: { "talk.ts": talk } });
  const lines = ["a", "b", "c"].map(async (name) => {
    const requests = recordedRequests();
    expect(await endOf(pool, { file: "talk.ts", inputs: { name }, requests })).toBe(name);
    return requests.logs;
  });
  expect(await Promise.all(lines)).toEqual([
    ["hello a", "bye a"],
    ["hello b", "bye b"],
    ["hello c", "bye c"],
  ]);
});

const answer = `
import { flow, llm } from "ostinato";
import type { Lines } from "ostinato";
import { z } from "zod";
let fetched = 0;
export default flow(
  { question: z.string(), limit: z.int().default(3), tags: z.array(z.string()).optional() },
  async ({ question, limit, tags }, line) => {
    const draft = await line.call(llm("openai", "gpt-4o", { temperature: 0 }), question, { seed: 1 });
    const page = await line.step("fetch", async () => { fetched += 1; return { length: draft.text.length, fetched }; });
    line.log("fetched " + page.length);
    return { answer: draft.text, page, limit, tags, now: line.now(), random: line.random(), number: line.number };
  },
);
export const aggregate = async (lines: Lines<{ limit: number }, { answer: string }>) => ({
  all: lines.map(({ line_number, inputs, outputs }) => [line_number, inputs.limit, outputs.answer]),
});
`;

describe("a flow", () => {
  test("declares its inputs, calls, records, and runs again from its journal", async () => {
    const { pool } = poolOf(typescriptExecutor, { files: { "answer.ts": answer } });
    expect(await pool.start()).toEqual([
      {
        file: "answer.ts",
        name: "aggregate",
        isDefault: false,
        parameters: [],
        aggregates: false,
        takesOthers: true,
      },
      {
        file: "answer.ts",
        name: "default",
        isDefault: true,
        aggregates: true,
        takesOthers: true,
        parameters: [
          { name: "question", type: "string", required: true },
          { name: "limit", type: "int", required: false, default: 3 },
          { name: "tags", type: "list", required: false, default: null },
        ],
      },
    ]);
    const requests = recordedRequests();
    const inputs = { question: "why", limit: 3, tags: null };
    const task = { file: "answer.ts", inputs, line: 7, requests };
    const first = await endOf(pool, task);
    expect(requests.calls).toEqual([
      { llm: "openai/gpt-4o", prompt: "why", parameters: { temperature: 0, seed: 1 } },
    ]);
    const journal = Object.fromEntries(requests.records);
    expect(journal).toEqual({
      "fetch/0": { length: 3, fetched: 1 },
      "ostinato.now/0": expect.any(Number),
    });
    expect(first).toEqual({
      answer: "WHY",
      page: { length: 3, fetched: 1 },
      limit: 3,
      now: journal["ostinato.now/0"],
      // The first six bytes of the SHA-256 of "7/0", as a fraction, as in Python.
      random: 0.10043843408724484,
      number: 7,
    });
    expect(requests.logs).toEqual(["fetched 3"]);
    expect(await endOf(pool, { ...task, journal })).toEqual(first);
  });

  test("fails a line with an input that its schema refuses", async () => {
    const { pool } = poolOf(typescriptExecutor, { files: { "answer.ts": answer } });
    const inputs = { question: "why", limit: 3, tags: ["a", 2] };
    expect(await endOf(pool, { file: "answer.ts", inputs })).toBe(
      'InputError: The input "tags.1" is ["a",2]. Invalid input: expected string, received number',
    );
  });

  test("aggregates completed lines", async () => {
    const { pool } = poolOf(typescriptExecutor, { files: { "answer.ts": answer } });
    const lines = [2, 5].map((line_number) => ({
      line_number,
      inputs: { limit: line_number },
      outputs: { answer: `a${line_number}` },
    }));
    const task = { id: "all", file: "answer.ts", inputs: {}, lines };
    expect(await pool.aggregate(task)).toEqual({
      output: {
        all: [
          [2, 2, "a2"],
          [5, 5, "a5"],
        ],
      },
      metrics: [],
    });
  });
});

test("an aggregation node runs a function named aggregate if its file exports no other", async () => {
  const code = "export const aggregate = ({ grades }) => grades.length;";
  const { pool } = poolOf(typescriptExecutor, {
    files: { "aggregate.js": code },
    uses: ["aggregate.js"],
  });
  const task = { id: "aggregate", file: "aggregate.js", inputs: { grades: [1, 2] } };
  expect((await pool.aggregate(task)).output).toBe(2);
});

const kinds = `
export class Grade {
  readonly #most: number;
  made = 0;
  constructor({ most }: { most: number }) { this.#most = most; }
  async run({ n }: { n: number }) { this.made += 1; return { share: n / this.#most, made: this.made }; }
  aggregate(lines: readonly { outputs: number }[]) { return { sum: lines.reduce((sum, { outputs }) => sum + outputs, 0) }; }
}
export const plain = ({ n }: { n: number }) => n + 1;
export async function* stream() { yield "a"; yield 1; }
export function* parts() { yield "x"; yield "y"; }
export const nothing = () => undefined;
export const odd = () => ({ n: NaN, i: [-Infinity] });
export const strange = () => ({ tags: { a: [new Set([1])] } });
export const wrong = ({ n }: { n: number }) => inner(n);
function inner(n: number): never {
  throw new RangeError("no " + n);
}
export const ask = async (_: object, line: { call: (model: string, prompt: string) => Promise<unknown> }) => line.call("a/b", "c");
`;

test.each([
  ["Grade", { share: 0.25, made: 1 }],
  ["plain", 2],
  ["stream", "a1"],
  ["parts", "xy"],
  ["nothing", null],
  ["odd", { n: "NaN", i: ["-Infinity"] }],
  ["strange", 'WrongResult: Expected JSON in the output "tags" (at `tags.a[0]`), got a Set.'],
  ["wrong", "RangeError: no 1"],
  ["missing", 'UserError: There is no function "missing" in kinds.ts'],
])("the function %s gives %j", async (name, expected) => {
  const { pool } = poolOf(typescriptExecutor, {
    files: { "kinds.ts": kinds },
    init: { "kinds.ts#Grade": { most: 4 } },
  });
  const end = await endOf(pool, { file: "kinds.ts", name, inputs: { n: 1 } });
  if (name === "missing") expect(end).toMatch(expected as string);
  else expect(end).toEqual(expected);
});

test("a class aggregates with its instance", async () => {
  const { pool } = poolOf(typescriptExecutor, {
    files: { "kinds.ts": kinds },
    init: { "kinds.ts#Grade": { most: 4 } },
  });
  const lines = [3, 4].map((outputs, line_number) => ({ line_number, inputs: {}, outputs }));
  const task = { id: "all", file: "kinds.ts", name: "Grade", inputs: {}, lines };
  expect(await pool.aggregate(task)).toEqual({ output: { sum: 7 }, metrics: [] });
});

test("an error has the user's own lines, and a failed call the type of its failure", async () => {
  const { pool } = poolOf(typescriptExecutor, {
    files: { "kinds.ts": kinds },
    init: { "kinds.ts#Grade": { most: 4 } },
  });
  const task = { id: "0/wrong", line: 0, file: "kinds.ts", inputs: { n: 1 }, journal: {} };
  const error: unknown = await pool
    .run({ ...task, name: "wrong" }, recordedRequests())
    .catch((thrown: unknown) => thrown);
  expect((error as TaskFailed).trace).toMatch(
    /^ {4}at inner \(kinds\.ts:17:9\)\n {4}at (Object\.)?wrong \(kinds\.ts:15:/,
  );
  const refusal = Object.assign(new Error("The model refused."), { type: "permanent" });
  const requests = { ...recordedRequests(), call: async () => Promise.reject(refusal) };
  const end = endOf(pool, { file: "kinds.ts", name: "ask", inputs: { n: 1 }, requests });
  expect(await end).toBe("permanent: The model refused.");
});

test.each(responseTexts)("the text of the response %j is %j", async (response, text) => {
  const code = 'export default async (_, line) => (await line.call("a/b", "")).text;';
  const { pool } = poolOf(typescriptExecutor, { files: { "flow.ts": code } });
  const requests = { ...recordedRequests(), call: async () => ({ response }) };
  expect(await endOf(pool, { file: "flow.ts", inputs: {}, requests })).toBe(text);
});

test("a line is abandoned at once while it waits, and others go on", async () => {
  const { pool } = poolOf(typescriptExecutor, { files: { "deeds.ts": deeds } });
  await pool.start();
  const abandoned = new AbortController();
  const requests = { ...recordedRequests(), call: async () => new Promise<never>(() => undefined) };
  const options = { signal: abandoned.signal };
  const end = endOf(pool, { file: "deeds.ts", inputs: { deed: "ask" }, requests, options });
  await sleep(50);
  const startedAtMs = performance.now();
  abandoned.abort(new Error("canceled"));
  await expect(end).rejects.toThrow("canceled");
  // It would wait for good.
  expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  expect(await endOf(pool, { file: "deeds.ts", inputs: { deed: "a" } })).toBe("A");
});

describe("the greeting", () => {
  test("refuses a module that can't be loaded, with the user's own line", async () => {
    const text = "const x: string[] = [];\nx[1]!.trim();\nexport default () => 1;\n";
    const { pool } = poolOf(typescriptExecutor, { files: { "bad.ts": text } });
    const error: unknown = await pool.start().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toBe(
      "bad.ts can't be loaded: Cannot read properties of undefined (reading 'trim')\n    at bad.ts:2:7",
    );
  });

  test("refuses a module that can't be bundled, and one that loops", async () => {
    const { pool } = poolOf(typescriptExecutor, { files: { "bad.ts": "export default (" } });
    await expect(pool.start()).rejects.toThrow("The module bad.ts can't be bundled:");
    const { pool: loops } = poolOf(typescriptExecutor, {
      files: { "bad.ts": "for (;;);\nexport default () => 1;" },
      greetMs: 500,
    });
    await expect(loops.start()).rejects.toThrow('did not say "ready" within 0.5 s.');
  });

  test("runs the code that the run has kept", async () => {
    const kept = temporaryFolder();
    const { folder, pool } = poolOf(
      (settings) => typescriptExecutor({ ...settings, setup: { ...settings.setup, folder: kept } }),
      { files: { "nodes/one.ts": "export default () => 1;" } },
    );
    await keepFlowCode({ files: ["nodes/one.ts"], base: folder }, kept);
    expect(await endOf(pool, { file: "nodes/one.ts", inputs: {} })).toBe(1);
  });
});

test("an aggregation asks models, and records values under its own name", async () => {
  const { pool } = poolOf(typescriptExecutor, {
    files: {
      "review.ts": `
export default (inputs: object) => inputs;
export const aggregate = async (lines: readonly { outputs: string }[], work: import("ostinato").LineWork) => {
  const count = await work.step("count", () => lines.length);
  const answers = await Promise.all(lines.map(async ({ outputs }) => (await work.call("a/b", outputs)).text));
  return { count, answers, random: work.random() };
};
`,
    },
  });
  const lines = ["x", "y"].map((outputs, line_number) => ({ line_number, inputs: {}, outputs }));
  const task = { id: "all", file: "review.ts", inputs: {}, lines };
  const requests = recordedRequests();
  expect(await pool.aggregate(task, { requests })).toEqual({
    // The first six bytes of the SHA-256 of "aggregate/0", as a fraction, as in Python.
    output: { count: 2, answers: ["X", "Y"], random: 0.9460054665412763 },
    metrics: [],
  });
  expect(requests.records).toEqual([["count/0", 2]]);
  const journal = { "count/0": 7 };
  const again = await pool.aggregate({ ...task, journal }, { requests: recordedRequests() });
  expect(again.output).toMatchObject({ count: 7 });
});
