import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { describeResult, lastJson } from "../../../../bench/lib/cli-process.js";
import { waitUntil } from "../../../../bench/lib/wait-until.js";
import type { CliResult } from "../../../../bench/lib/cli-process.js";
import { sharedCli } from "../../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

beforeAll(() => {
  writeFileSync(
    join(cli.setUp.folder, "all.mjs"),
    `export async function* sorted(rows) {
  const all = [];
  for await (const row of rows) all.push(row);
  all.sort((a, b) => b.n - a.n);
  for (const [index, row] of all.entries()) yield { ...row, place: index + 1 };
}
export async function* counts(inputs) {
  for (const [input, rows] of inputs.entries()) {
    let count = 0;
    for await (const _ of rows) count += 1;
    yield { input, count };
  }
}
export const none = () => [];
export const check = ({ n }) => { if (n === 2) throw new RangeError("no two"); return { fine: true }; };
`,
  );
});

interface Written {
  readonly steps: readonly string[];
  readonly edges: string;
}

async function run(name: string, { steps, edges }: Written): Promise<CliResult> {
  const lines = steps.map((step) => `  ${step}\n`).join("");
  const file = cli.write(`${name}.yaml`, `name: ${name}\nsteps:\n${lines}edges: [${edges}]\n`);
  return cli.ostinato("pipeline", "run", file);
}

async function rowsOf(name: string, leaf: string): Promise<readonly unknown[]> {
  const { stdout } = await cli.ostinato("results", name, "--leaf", leaf);
  const rows = stdout.split("\n").slice(0, -1);
  return rows.map((line): unknown => JSON.parse(line));
}

function filesOf(name: string): readonly string[] {
  const folder = join(cli.setUp.dataFolder, "output", name);
  const files = readdirSync(folder).filter((file) => !file.startsWith("."));
  return files.map((file) => file.slice("28-11-2026-10-00-00-".length)).sort();
}

const load = "load: { use: load, rows: [{ n: 1 }, { n: 2 }, { n: 3 }] }";
const more = "more: { use: load, rows: [{ n: 9 }] }";
const check = 'check: { use: "./all.mjs#check", reads: [n], writes: [fine] }';
const sorted = "sorted: { use: global, function: ./all.mjs#sorted, reads: [n], writes: [place] }";
const counts = "counts: { use: global, function: ./all.mjs#counts, writes: [input, count] }";

test(
  "a failed row is not handed to a global step, and a retry walks all segments again",
  { timeout: 120_000 },
  async () => {
    const ask =
      'ask: { use: template, llm: test/m, template: "{{ n }}", output: said, parameters: { latency_ms: 1, response: yes } }';
    const only = "only: { use: keep, columns: [n, place, said] }";
    const steps = [load, check, sorted, ask, only];
    const result = await run("retried", { steps, edges: "load >> check >> sorted >> ask >> only" });
    expect(result, describeResult(result)).toMatchObject({ code: 1 });
    const expected = [
      { n: 3, place: 1, said: "yes" },
      { n: 1, place: 2, said: "yes" },
    ];
    expect(await rowsOf("retried", "only")).toEqual(expected);
    const again = await cli.ostinato("retry-failed", "retried");
    expect(again, describeResult(again)).toMatchObject({ code: 1 });
    expect(await rowsOf("retried", "only")).toEqual(expected);
    const status = lastJson(await cli.ostinato("status", "retried", "--json"));
    expect(status).toMatchObject({
      records: 5,
      completed: 4,
      failed: 1,
      steps: [
        { name: "load", done: 3 },
        { name: "check", done: 2, failed: 1 },
        { name: "sorted", done: 2, failed: 0, dropped: 0 },
        { name: "ask", done: 2 },
        { name: "only", done: 2 },
      ],
    });
    const lines = (await cli.ostinato("results", "retried")).stdout.split("\n").slice(0, -1);
    expect(lines).toHaveLength(5);
    const drawn = await cli.ostinato("pipeline", "draw", "retried.yaml", "--live", "retried");
    expect(drawn.stdout).toContain("sorted<br/>./all.mjs#sorted<br/>2 done");
  },
);

test(
  "sources of unequal lengths meet in a global step; those behind it run alone, and are leaves",
  { timeout: 120_000 },
  async () => {
    const result = await run("met", {
      steps: [load, more, sorted, counts, "beside: { use: filter, where: n > 1 }"],
      edges: '"load >> sorted >> counts", "more >> counts", "load >> beside"',
    });
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    expect(await rowsOf("met", "counts")).toEqual([
      { input: 0, count: 3 },
      { input: 1, count: 1 },
    ]);
    expect(await rowsOf("met", "beside")).toEqual([{ n: 2 }, { n: 3 }]);
    expect(filesOf("met")).toEqual([
      "README.md",
      "beside.jsonl",
      "beside.parquet",
      "completed-met.jsonl",
      "counts.jsonl",
      "counts.parquet",
      "input-met.jsonl",
      "log-met.txt",
      "pipeline.mmd",
      "pipeline.yaml",
    ]);
  },
);

test(
  "a run with global steps is previewed, paused, changed, resumed and cancelled, and has a card",
  { timeout: 300_000 },
  async () => {
    const ask = (name: string, output: string): string =>
      `${name}: { use: template, llm: test/${name}, template: "{{ n }}", output: ${output}, outputs: { model_name: by_${name} }, parameters: { latency_ms: 1, response: yes } }`;
    const many = Array.from({ length: 120 }, (_, n) => `{ n: ${n} }`).join(", ");
    const steps = [
      `load: { use: load, rows: [${many}] }`,
      ask("first", "one"),
      "sorted: { use: global, function: ./all.mjs#sorted, reads: [n], writes: [place] }",
      ask("then", "two"),
    ];
    const lines = steps.map((step) => `  ${step}\n`).join("");
    const edges = "load >> first >> sorted >> then";
    const file = cli.write("steered.yaml", `name: steered\nsteps:\n${lines}edges: [${edges}]\n`);
    const preview = await cli.ostinato("pipeline", "preview", file, "--rows", "3", "-mq", "6000");
    expect(preview, describeResult(preview)).toMatchObject({ code: 0 });
    // Its global step has the three rows alone.
    expect(await rowsOf("steered", "then")).toMatchObject([
      { n: 2, place: 1, one: "yes", two: "yes" },
      { n: 1, place: 2 },
      { n: 0, place: 3 },
    ]);
    await cli.ostinato("pipeline", "run", file, "-mq", "60", "--detach");
    const statusOf = async (): Promise<{
      readonly state: string;
      /** Absent until the run is prepared. */
      readonly steps?: readonly { readonly name: string; readonly done: number }[];
    }> => lastJson(await cli.ostinato("status", "steered", "--json")) as never;
    const doneOf = async (step: string): Promise<number> =>
      (await statusOf()).steps?.find(({ name }) => name === step)?.done ?? 0;
    const until = async (what: string, holds: () => Promise<boolean>): Promise<unknown> =>
      waitUntil(holds, { what, timeoutMs: 60_000, everyMs: 300 });
    await until("a row that was not in the preview", async () => (await doneOf("first")) > 4);
    expect(await cli.ostinato("pause", "steered")).toMatchObject({ code: 0 });
    await until("the pause", async () => (await statusOf()).state === "paused");
    const change = ["change", "steered", "--group", "test/first", "-mq", "6000"] as const;
    expect(await cli.ostinato(...change)).toMatchObject({ code: 0 });
    expect(await cli.ostinato("resume", "steered")).toMatchObject({ code: 0 });
    // The second segment goes on at the rate of its own model.
    await until("rows of the second segment", async () => (await doneOf("then")) > 4);
    expect(await doneOf("first")).toBe(120);
    expect(await cli.ostinato("cancel", "steered")).toMatchObject({ code: 0 });
    await until("the end", async () => (await statusOf()).state === "cancelled");
    const rows = await rowsOf("steered", "then");
    expect(rows.length).toBeGreaterThan(4);
    expect(rows.length).toBeLessThan(120);
    // All 120 rows were sorted before any went on, whichever of them are done.
    for (const row of rows as { n: number }[])
      expect(row).toMatchObject({ place: 120 - row.n, one: "yes", two: "yes" });
    const names = readdirSync(join(cli.setUp.dataFolder, "output", "steered")).sort();
    const card = names.filter((name) => name.endsWith("README.md")).at(-1) ?? "";
    const text = readFileSync(join(cli.setUp.dataFolder, "output", "steered", card), "utf8");
    expect(text).toContain("cancelled");
    expect(text).toContain("| `sorted` | `global` | 120 | 0 | 0 |");
    expect(names.at(-1)).toMatch(/-then\.parquet$/);
  },
);

test("a global step without rows leaves empty leaves behind it", { timeout: 120_000 }, async () => {
  const none = "none: { use: global, function: ./all.mjs#none, writes: [place] }";
  const only = "only: { use: keep, columns: [place] }";
  const result = await run("nothing", { steps: [load, none, only], edges: "load >> none >> only" });
  expect(result, describeResult(result)).toMatchObject({ code: 0 });
  expect(await rowsOf("nothing", "only")).toEqual([]);
  expect(filesOf("nothing")).toContain("only.jsonl");
  const card = readdirSync(join(cli.setUp.dataFolder, "output", "nothing")).find((file) =>
    file.endsWith("README.md"),
  );
  const text = readFileSync(join(cli.setUp.dataFolder, "output", "nothing", card ?? ""), "utf8");
  expect(text).toContain("over 3 input rows, of which 0 failed");
  expect(text).toContain("| `none` | `global` | 0 | 0 | 3 |");
});
