import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { describeResult, lastJson } from "../../../../bench/lib/cli-process.js";
import { waitUntil } from "../../../../bench/lib/wait-until.js";
import { BatchEngine, connect, LineFailures } from "../../../../src/index.js";
import type { LineRecord, LineStorage } from "../../../../src/index.js";
import { callsPaid } from "../../../helpers/calls-paid.js";
import { sharedCli } from "../../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

interface ShownResult {
  readonly status: string;
  readonly total_lines: number;
  readonly completed_lines: number;
  readonly failed_lines: number;
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly error_summary: {
    readonly error_list: readonly {
      readonly line_number: number;
      readonly error: { readonly code: string; readonly message: string };
    }[];
  };
}

async function resultOf(name: string): Promise<ShownResult> {
  return lastJson(await cli.ostinato("batch", "result", name, "--json")) as ShownResult;
}

function outputsOf(name: string): readonly unknown[] {
  const folder = join(cli.setUp.dataFolder, "output", name);
  const files = readdirSync(folder).filter((file) => file.endsWith("-output.jsonl"));
  const text = readFileSync(join(folder, files.sort().at(-1) ?? "none"), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

interface Begins {
  readonly path: string;
  /** Times at which `wait.mjs` has begun a line. */
  readonly times: () => readonly number[];
}

function beginsInto(name: string): Begins {
  const path = join(cli.setUp.folder, cli.write(name, ""));
  return { path, times: () => readFileSync(path, "utf8").split("\n").slice(0, -1).map(Number) };
}

const numbers = Array.from({ length: 6 }, (_, n) => ({ n }));

test(
  "a Python file over lines: a line that throws and one that ends its process fail alone",
  { timeout: 90_000 },
  async () => {
    cli.write(
      "odd.py",
      [
        "import os",
        "def odd(n: int, add: int = 10):",
        "    if n == 2:",
        "        raise ValueError('two is even')",
        "    if n == 4:",
        "        os._exit(3)",
        "    return {'sum': n + add}",
        "",
      ].join("\n"),
    );
    cli.write("numbers.jsonl", numbers);
    const run = await cli.ostinato("batch", "run", "odd.py", "--data", "numbers.jsonl");
    expect(run, describeResult(run)).toMatchObject({ code: 1 });
    // One path, after the counts and the two errors.
    const [, ...shown] = run.stdout.trimEnd().split("\n");
    expect(shown).toHaveLength(3);
    expect(shown.at(-1)).toBe(join(cli.setUp.dataFolder, "output", "odd"));
    expect(outputsOf("odd")).toEqual([0, 1, 3, 5].map((n) => ({ line_number: n, sum: n + 10 })));
    const result = await resultOf("odd");
    expect(result).toMatchObject({
      status: "Completed",
      total_lines: 6,
      completed_lines: 4,
      failed_lines: 2,
    });
    const [thrown, crashed] = result.error_summary.error_list;
    expect(thrown).toMatchObject({ line_number: 2, error: { message: "two is even" } });
    expect(crashed).toMatchObject({
      line_number: 4,
      error: { innerError: { code: "ProcessCrash" } },
    });
    // The same code fails the same lines again, and the others are taken over.
    const retried = await cli.ostinato("retry-failed", "odd");
    expect(retried, describeResult(retried)).toMatchObject({ code: 1 });
    expect(outputsOf("odd")).toEqual([0, 1, 3, 5].map((n) => ({ line_number: n, sum: n + 10 })));
    // The completed lines are taken over by their number; the repaired code runs the other two.
    cli.write("odd.py", "def odd(n: int, add: int = 10):\n    return {'sum': n * 100}\n");
    const resumed = await cli.ostinato(
      ...["batch", "run", "odd.py", "--data", "numbers.jsonl", "--name", "odd-again"],
      ...["--resume-from", "odd"],
    );
    expect(resumed, describeResult(resumed)).toMatchObject({ code: 0 });
    expect(outputsOf("odd-again")).toEqual([
      { line_number: 0, sum: 10 },
      { line_number: 1, sum: 11 },
      { line_number: 2, sum: 200 },
      { line_number: 3, sum: 13 },
      { line_number: 4, sum: 400 },
      { line_number: 5, sum: 15 },
    ]);
    // A run is an input of another one: its inputs and outputs stand side by side.
    cli.write("check.py", "def check(sum: int, n: int):\n    return {'ok': sum >= n}\n");
    const checked = await cli.ostinato(
      ...["batch", "run", "check.py", "--input", "run=odd-again"],
      ...["--map", "sum=${run.outputs.sum}", "--map", "n=${run.inputs.n}"],
    );
    expect(checked, describeResult(checked)).toMatchObject({ code: 0 });
    expect(outputsOf("check")).toHaveLength(6);
    const details = await cli.ostinato("batch", "details", "odd-again", "--json");
    expect(JSON.parse(details.stdout.split("\n")[2] ?? "")).toMatchObject({
      line_number: 2,
      status: "Completed",
      inputs: { n: 2 },
      outputs: { sum: 200 },
    });
  },
);

test(
  "the example in TypeScript calls models, and its metric comes from all lines",
  { timeout: 90_000 },
  async () => {
    const example = join(import.meta.dirname, "../../../../examples/flows");
    const run = await cli.ostinato(
      ...["batch", "run", join(example, "summarize.ts"), "--data", join(example, "texts.jsonl")],
      ...["-mq", "6000", "--output", "copied"],
    );
    expect(run, describeResult(run)).toMatchObject({ code: 0 });
    expect(outputsOf("summarize")).toEqual(
      [0, 1, 2].map((line) => ({
        line_number: line,
        summary: "A short summary.",
        verdict: "Good.",
      })),
    );
    expect(await resultOf("summarize")).toMatchObject({
      status: "Completed",
      metrics: { good: 1 },
    });
    expect(existsSync(join(cli.setUp.folder, "copied", "output.jsonl"))).toBe(true);
    const status = lastJson(await cli.ostinato("status", "summarize", "--json"));
    expect(status).toMatchObject({ steps: [{ name: "summarize", done: 3 }] });
  },
);

test(
  "the same command follows a run; a model that only the code asks for is shown, and can be changed",
  { timeout: 150_000 },
  async () => {
    cli.write(
      "hidden.mjs",
      "export default async ({ n }, line) => ({ n, said: (await line.call({ model: 'test/hidden', parameters: { response: 'yes', latency_ms: 1 } }, `Say ${n}`)).text });\n",
    );
    const many = Array.from({ length: 60 }, (_, n) => ({ n }));
    const given = ["--data", cli.write("many.jsonl", many), "--name", "hidden", "-mq", "15"];
    const command = cli.stack.start("batch", "run", "hidden.mjs", ...given);
    await waitUntil(
      async () => (await cli.ostinato("status", "hidden", "--json")).stdout.includes("test/hidden"),
      { what: "the model in the status", timeoutMs: 60_000 },
    );
    const again = cli.ostinato("batch", "run", "hidden.mjs", ...given);
    const other = await cli.ostinato("batch", "run", "hidden.mjs", ...given, "--workers", "7");
    expect(other.stderr).toContain('"hidden" is running with other content. Continue it with');
    const wrong = await cli.ostinato("change", "hidden", "--group", "test/hiden", "-mq", "9000");
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("test/hidden")]);
    const changed = await cli.ostinato("change", "hidden", "--group", "test/hidden", "-mq", "9000");
    expect(changed, describeResult(changed)).toMatchObject({ code: 0 });
    const changedAt = performance.now();
    expect(await command.exited).toBe(0);
    // At 15 calls a minute they would take four minutes.
    expect(performance.now() - changedAt).toBeLessThan(60_000);
    expect((await again).stderr).toContain("hidden is already running; following it.");
    expect(lastJson(await cli.ostinato("status", "hidden", "--json"))).toMatchObject({
      steps: [{ name: "hidden", models: ["test/hidden"], done: 60 }],
    });
  },
);

test(
  "timeouts: a line over its time fails alone, a batch over its time fails with what it has",
  { timeout: 180_000 },
  async () => {
    cli.write(
      "wait.mjs",
      [
        "import { appendFileSync } from 'node:fs';",
        "export default async ({ s }) => {",
        "  if (process.env.BEGINS) appendFileSync(process.env.BEGINS, `${Date.now()}\\n`);",
        "  await new Promise((end) => setTimeout(end, s * 1000));",
        "  return { s };",
        "};",
        "",
      ].join("\n"),
    );
    cli.write("short.jsonl", [{ s: 0 }, { s: 600 }, { s: 0.1 }]);
    const run = await cli.ostinato(
      ...["batch", "run", "wait.mjs", "--data", "short.jsonl", "--name", "one-line"],
      // The threads of the code start in the time of their first lines, on a busy machine too.
      ...["--line-timeout", "10s"],
    );
    expect(run, describeResult(run)).toMatchObject({ code: 1 });
    const one = await resultOf("one-line");
    expect(one).toMatchObject({
      status: "Completed",
      completed_lines: 2,
      failed_lines: 1,
      node_status: { "wait.completed": 2, "wait.canceled": 1 },
    });
    expect(one.error_summary.error_list).toMatchObject([
      { line_number: 1, error: { innerError: { code: "LineExecutionTimeout" } } },
    ]);
    const begins = beginsInto("timeout-begins");
    cli.write("slow.jsonl", [{ s: 0 }, ...Array.from({ length: 99 }, () => ({ s: 0.5 }))]);
    const late = await cli.ostinato(
      ...["batch", "run", "wait.mjs", "--data", "slow.jsonl", "--name", "all-lines"],
      ...["--workers", "1", "--batch-timeout", "5s", "--environment-variable"],
      `BEGINS=${begins.path}`,
    );
    expect(late, describeResult(late)).toMatchObject({ code: 1 });
    const all = await resultOf("all-lines");
    expect(all).toMatchObject({ status: "Failed", total_lines: 100, metrics: {} });
    expect(all.completed_lines + all.failed_lines).toBe(100);
    // Lines begin in no fixed order, so any of them may have completed.
    const messages = all.error_summary.error_list.map(({ error }) => error.message);
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toMatch(/^The batch run reached its timeout of 5 s\./);
    // Its lines would take 50 s. A quiet machine ends them after 5 s, a busy one later.
    expect(begins.times().length).toBeLessThan(50);
  },
);

test(
  "a cancelled batch begins no further line, ends its code, and counts every line",
  { timeout: 120_000 },
  async () => {
    // The first line would sleep for 10 min, and the others wait for one place.
    cli.write("long.jsonl", [{ s: 600 }, ...Array.from({ length: 999 }, () => ({ s: 0.1 }))]);
    const name = "cancelled";
    const begins = beginsInto("cancelled-begins");
    const command = cli.stack.start(
      ...["batch", "run", "wait.mjs", "--data", "long.jsonl", "--name", name, "--workers", "2"],
      ...["--environment-variable", `BEGINS=${begins.path}`],
    );
    await waitUntil(async () => Promise.resolve(begins.times().length > 3), {
      what: "the first lines",
      timeoutMs: 60_000,
    });
    await cli.ostinato("cancel", name);
    const before = begins.times().length;
    await command.exited;
    // A quiet machine begins none after a second, a busy one later. Each takes 0.1 s.
    expect(begins.times().length).toBeLessThan(before + 200);
    const result = await resultOf(name);
    expect(result).toMatchObject({ status: "Canceled", total_lines: 1_000 });
    expect(result.completed_lines).toBeGreaterThanOrEqual(3);
    expect(result.completed_lines + result.failed_lines).toBe(1_000);
  },
);

test(
  "a BatchEngine raises for a failed line after all is written, and its signal cancels",
  { timeout: 180_000 },
  async () => {
    const ostinato = await connect({ env: cli.setUp.env });
    const code =
      "export default async ({ n }) => { if (n === 2) throw new Error('two is refused'); await new Promise((end) => setTimeout(end, n * 1000)); return { n }; };\n";
    const flow = join(cli.setUp.folder, cli.write("third.mjs", code));
    const records = new Map<number, LineRecord>();
    const storage: LineStorage = {
      save: async (record) => void records.set(record.lineNumber, record),
      load: async (line) => records.get(line),
    };
    const engine = new BatchEngine(flow, { ostinato, storage, workingDir: cli.setUp.folder });
    const shared = { dataFolder: cli.setUp.dataFolder };
    const raised = await engine
      .run({
        ...shared,
        name: "raised",
        inputs: { data: [{ n: 0 }, { n: 2 }, { n: 0.5 }] },
        outputDir: "raised-output",
        raiseOnLineFailure: true,
      })
      .catch((error: unknown) => error);
    expect(raised).toBeInstanceOf(LineFailures);
    expect(raised).toMatchObject({
      message: "1 of 3 lines failed. Line 1 is the first: two is refused",
      result: { status: "Completed", completedLines: 2, failedLines: 1 },
    });
    const written = readFileSync(join(cli.setUp.folder, "raised-output/output.jsonl"), "utf8");
    expect(written).toBe('{"line_number":0,"n":0}\n{"line_number":2,"n":0.5}\n');
    expect([...records.values()]).toMatchObject([
      { lineNumber: 0, status: "completed", inputs: { n: 0 }, output: { n: 0 } },
      { lineNumber: 1, status: "failed", error: { type: "Error", message: "two is refused" } },
      { lineNumber: 2, status: "completed", nodes: { third: "completed" } },
    ]);
    // Line 1 alone runs again, with the repaired code.
    cli.write("third.mjs", "export default async ({ n }) => ({ n: n * 100 });\n");
    const resumed = await engine.run({
      ...shared,
      name: "from-storage",
      inputs: { data: [{ n: 0 }, { n: 2 }, { n: 0.5 }] },
      outputDir: "resumed-output",
      resumeFrom: storage,
    });
    expect(resumed).toMatchObject({ status: "Completed", completedLines: 3 });
    expect(readFileSync(join(cli.setUp.folder, "resumed-output/output.jsonl"), "utf8")).toBe(
      '{"line_number":0,"n":0}\n{"line_number":1,"n":200}\n{"line_number":2,"n":0.5}\n',
    );
    expect(records.get(1)).toMatchObject({ status: "completed", output: { n: 200 } });
    cli.write("third.mjs", code);
    const controller = new AbortController();
    const cancelled = await engine.run({
      ...shared,
      name: "signalled",
      inputs: { data: [{ n: 0 }, { n: 600 }] },
      workers: 2,
      signal: controller.signal,
      onProgress: ({ completed }) => {
        if (completed === 1) controller.abort();
      },
    });
    expect(cancelled).toMatchObject({
      status: "Canceled",
      totalLines: 2,
      completedLines: 1,
      failedLines: 1,
    });
    await ostinato.close();
  },
);

test(
  "everything that can be corrected before the run is told at once, and nothing is written",
  { timeout: 60_000 },
  async () => {
    mkdirSync(join(cli.setUp.folder, "broken"), { recursive: true });
    cli.write(
      "broken/flow.dag.yaml",
      `inputs:\n  q: { type: string }\noutputs:\n  a: { type: string, reference: "\${no_node.output}" }\nnodes:\n  - name: say\n    type: prompt\n    source: { type: code, path: say.jinja2 }\n    inputs: { q: "\${inputs.nothing}" }\n`,
    );
    cli.write("broken/say.jinja2", "Say {{q}}\n");
    const run = await cli.ostinato("batch", "run", "broken", "--data", "numbers.jsonl");
    expect(run.code, describeResult(run)).toBe(2);
    expect(run.stderr).toContain("no_node");
    expect(run.stderr).toContain("nothing");
    expect(existsSync(join(cli.setUp.dataFolder, "output", "broken"))).toBe(false);
    cli.write("two.py", "def two(sum: int, n: int):\n    return sum + n\n");
    // A key would stand in a file of the run.
    const key = await cli.ostinato(
      ...["batch", "run", "two.py", "--data", "numbers.jsonl"],
      ...["--environment-variable", "OPENAI_API_KEY=secret"],
    );
    expect(key.code, describeResult(key)).toBe(2);
    expect(key.stderr).toContain("OPENAI_API_KEY is the key of an API");
    // Names that the code does not have, and choices that code does not know.
    const refusals = [
      [["two.py#too"], 'There is no function "too" in two.py (it has: two).'],
      [["two.py", "--variant", "a.b"], "two.py is code. Leave --variant out."],
      [["two.py", "--connection", "my=opnai"], 'there is no API "opnai". Did you mean "openai"?'],
    ] as const;
    for (const [given, message] of refusals) {
      const refused = await cli.ostinato("batch", "run", ...given, "--data", "numbers.jsonl");
      expect(refused.code, describeResult(refused)).toBe(2);
      expect(refused.stderr).toContain(message);
    }
    // The mapping has its problems in one error too.
    const mapped = await cli.ostinato(
      ...["batch", "run", "two.py", "--data", "numbers.jsonl"],
      ...["--map", "sum=${data.none}", "--map", "n=${other.x}"],
    );
    expect(mapped.code, describeResult(mapped)).toBe(2);
    expect(mapped.stderr).toContain("data.none");
    expect(mapped.stderr).toContain("other.x");
  },
);

test(
  "plan --sample sends lines at random with an overridden model, and the run reuses their answers",
  { timeout: 120_000 },
  async () => {
    const grade = join(import.meta.dirname, "../../../../examples/flows/grade");
    const lines = ["--data", join(grade, "questions.csv"), "-mq", "6000", "--name", "sampled"];
    const changes = ["--connections", "answer.model=large", "--set", "answer.inputs.max_tokens=40"];
    const given = [grade, ...lines, ...changes];
    const planned = await cli.ostinato("batch", "plan", ...given, "--sample", "2", "--json");
    expect(planned, describeResult(planned)).toMatchObject({ code: 0 });
    expect(lastJson(planned)).toMatchObject({
      // The run asks of the two other lines.
      groups: [{ name: "answer", limitKey: "api/test/large", records: 2, calls: 2 }],
      reused: 2,
      total: { records: 4 },
    });
    expect(outputsOf("sampled")).toHaveLength(2);
    const run = await cli.ostinato("batch", "run", ...given);
    expect(run, describeResult(run)).toMatchObject({ code: 0 });
    expect(run.stderr).toContain("sampled: 2 lines in 1 step, 2 more reused from earlier runs");
    expect(outputsOf("sampled")).toHaveLength(4);
    const folder = join(cli.setUp.dataFolder, "output", "sampled");
    const states = readdirSync(folder).filter((name) => /^\.[\d-]+$/.test(name));
    const logs = states.flatMap((state) =>
      readdirSync(join(folder, state))
        .filter((name) => /^rows\..*\.jsonl$/.test(name))
        .map((name) => readFileSync(join(folder, state, name), "utf8")),
    );
    expect(logs.join("").match(/"reused":true/g)).toHaveLength(2);
    // Its code may answer otherwise, so it runs again.
    const repeated = await cli.ostinato("batch", "run", ...given);
    expect(repeated, describeResult(repeated)).toMatchObject({ code: 0 });
    expect(repeated.stderr).toMatch(
      /sampled finished at .* with the same content and settings: 4 completed, 0 failed\. Its answers are reused, and its code runs again\./,
    );
    const refused = await cli.ostinato("batch", "run", ...given, "--set", "anser.api=chat");
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('the flow has no node and no key "anser"');
  },
);

test(
  "a flow of models alone that has finished sends nothing again, and says so",
  { timeout: 90_000 },
  async () => {
    mkdirSync(join(cli.setUp.folder, "said"), { recursive: true });
    cli.write(
      "said/flow.dag.yaml",
      `inputs:\n  q: { type: string }\noutputs:\n  a: { type: string, reference: "\${say.output}" }\nnodes:\n  - name: say\n    type: llm\n    source: { type: code, path: say.jinja2 }\n    inputs: { deployment_name: small, q: "\${inputs.q}" }\n    parameters: { response: yes, latency_ms: 1 }\n    connection: test\n    api: chat\n`,
    );
    cli.write("said/say.jinja2", "# user:\nSay {{q}}\n");
    // The second line lacks its input.
    cli.write("said.jsonl", [{ q: "one" }, { other: 2 }]);
    const given = ["batch", "run", "said", "--data", "said.jsonl", "-mq", "6000"];
    const first = await cli.ostinato(...given);
    expect(first, describeResult(first)).toMatchObject({ code: 1 });
    expect(first.stderr).toContain("1 line will fail: inputs are missing or have another type.");
    const again = await cli.ostinato(...given);
    expect(again, describeResult(again)).toMatchObject({ code: 1, stdout: first.stdout });
    expect(again.stderr).toMatch(
      /said finished at .* with the same content and settings: 1 completed, 1 failed\. Nothing is sent\./,
    );
    expect(again.stderr).toContain("`ostinato retry-failed said`");
    const runs = (): number =>
      readdirSync(join(cli.setUp.dataFolder, "output", "said")).filter((name) =>
        name.endsWith("-output.jsonl"),
      ).length;
    expect(runs()).toBe(1);
    // Lines that differ are run.
    cli.write("said.jsonl", [{ q: "one" }, { q: "two" }]);
    expect(await cli.ostinato(...given)).toMatchObject({ code: 0 });
    expect(runs()).toBe(2);
    // The calls of lines that a run took over are in the log of the first run.
    cli.write("said.jsonl", [{ q: "one" }, { q: "two" }, { q: "three" }]);
    const more = [...given, "--name", "said-more"];
    expect(await cli.ostinato(...more, "--resume-from", "said")).toMatchObject({ code: 0 });
    expect(callsPaid(cli, "said-more")).toBe(1);
    expect(await cli.ostinato(...more)).toMatchObject({ code: 0 });
    expect(outputsOf("said-more")).toHaveLength(3);
    expect(callsPaid(cli, "said-more")).toBe(1);
  },
);

/** Calls that the aggregations of a name's runs have paid for. */
const reviewsPaid = (name: string): number => callsPaid(cli, name, ".aggregation");

async function reviewsReach(name: string, count: number): Promise<void> {
  await waitUntil(async () => Promise.resolve(reviewsPaid(name) >= count), {
    what: `${count} reviews`,
    timeoutMs: 60_000,
  });
}

/** Waits for 4 s without a review, which is as long as a pause may take. */
async function reviewsStop(name: string): Promise<number> {
  const isStill = async (): Promise<boolean> => {
    const before = reviewsPaid(name);
    await sleep(4_000);
    return reviewsPaid(name) === before;
  };
  await waitUntil(isStill, { what: "4 s without a review", timeoutMs: 60_000 });
  return reviewsPaid(name);
}

test(
  "an aggregation is stopped by its money, a pause, a cancel and the time of the batch, and pays once",
  { timeout: 300_000 },
  async () => {
    // Each review costs 0.1 dollars, and is expected to.
    cli.write("prices.json", [{ test: { review: { input: 0, output: 100_000 } } }]);
    cli.write(
      "reviewed.mjs",
      [
        "import { readFileSync } from 'node:fs';",
        "const model = { model: 'test/review', parameters: { response: 'ok', latency_ms: 10, max_tokens: 1, usage: { prompt_tokens: 1, completion_tokens: 1 } } };",
        "const pauseMs = () => Number(readFileSync(process.env.PAUSE_MS, 'utf8'));",
        "const rest = () => new Promise((end) => setTimeout(end, pauseMs()));",
        "export default async ({ n }) => ({ n });",
        "export const aggregate = async (lines, work) => {",
        "  for (let i = 0; i < 24; i += 1) await work.call(model, `Review ${i}`).then(rest);",
        "  return { reviewed: lines.length };\n};\n",
      ].join("\n"),
    );
    cli.write("numbers.jsonl", numbers);
    const pauseBetweenReviews = (ms: number): string => cli.write("pause-ms", String(ms));
    const name = "reviewed";
    const given = ["batch", "run", "reviewed.mjs", "--data", "numbers.jsonl", "-mq", "6000"];
    const variable = `PAUSE_MS=${join(cli.setUp.folder, pauseBetweenReviews(0))}`;
    const priced = [...given, "--prices", "prices.json", "--environment-variable", variable];
    const poor = await cli.ostinato(...priced, "--max-cost", "0.35");
    expect(poor, describeResult(poor)).toMatchObject({ code: 3 });
    expect(poor.stderr).toContain("ostinato resume reviewed --max-cost");
    expect(reviewsPaid(name)).toBe(3);
    // Slow enough that the last review is far away at each of the following stops.
    pauseBetweenReviews(1_500);
    await cli.ostinato("resume", name, "--max-cost", "5");
    await reviewsReach(name, 5);
    await cli.ostinato("pause", name);
    const pausedAt = await reviewsStop(name);
    expect(lastJson(await cli.ostinato("status", name, "--json"))).toMatchObject({
      state: "paused",
    });
    await cli.ostinato("resume", name);
    await reviewsReach(name, pausedAt + 2);
    pauseBetweenReviews(120_000);
    await cli.ostinato("cancel", name);
    expect((await cli.ostinato("follow", name)).stdout).toContain("Canceled: 6 completed");
    expect(await resultOf(name)).toMatchObject({
      status: "Canceled",
      completed_lines: 6,
      failed_lines: 0,
      metrics: {},
    });
    // The threads of the code start in the time of the batch, on a busy machine too.
    const timed = await cli.ostinato(...priced, "--batch-timeout", "15s");
    expect(timed, describeResult(timed)).toMatchObject({ code: 1 });
    expect(await resultOf(name)).toMatchObject({
      status: "Failed",
      completed_lines: 6,
      failed_lines: 0,
      metrics: {},
      error_summary: { batch_error_dict: { innerError: { code: "BatchRunTimeout" } } },
    });
    expect(reviewsPaid(name)).toBeLessThan(24);
    pauseBetweenReviews(0);
    const whole = await cli.ostinato(...priced);
    expect(whole, describeResult(whole)).toMatchObject({ code: 0 });
    expect(await resultOf(name)).toMatchObject({ status: "Completed", metrics: { reviewed: 6 } });
    expect(reviewsPaid(name)).toBe(24);
  },
);

test(
  "the code of an aggregation is ended by a cancel and by the time of the batch, whatever it does",
  { timeout: 180_000 },
  async () => {
    cli.write(
      "sleepy.py",
      [
        "import os, time",
        "def sleepy(n: int):",
        "    return {'n': n}",
        "def aggregate(lines):",
        "    open(os.environ['BEGINS'], 'a').write('begun\\n')",
        "    time.sleep(600)",
        "",
      ].join("\n"),
    );
    cli.write("numbers.jsonl", numbers);
    const begins = beginsInto("sleepy-begins");
    const given = [
      ...["batch", "run", "sleepy.py", "--data", "numbers.jsonl"],
      ...["--environment-variable", `BEGINS=${begins.path}`],
    ];
    const command = cli.stack.start(...given);
    await waitUntil(async () => Promise.resolve(begins.times().length > 0), {
      what: "the aggregation",
      timeoutMs: 60_000,
    });
    await cli.ostinato("cancel", "sleepy");
    expect(await command.exited).toBe(1);
    expect(await resultOf("sleepy")).toMatchObject({
      status: "Canceled",
      completed_lines: 6,
      failed_lines: 0,
      metrics: {},
    });
    // Python starts in the time of the batch, on a busy machine too.
    const late = await cli.ostinato(...given, "--batch-timeout", "15s");
    expect(late, describeResult(late)).toMatchObject({ code: 1 });
    expect(await resultOf("sleepy")).toMatchObject({ status: "Failed", completed_lines: 6 });
  },
);
