import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeResult, lastJson } from "../../../../bench/lib/cli-process.js";
import { waitUntil } from "../../../../bench/lib/wait-until.js";
import { sharedCli } from "../../../helpers/cli-set-up.js";
import { chatAnswer, startOpenAiServer } from "../../../helpers/openai-server.js";
import { schemaProblems } from "../../../helpers/status-schema.js";

const cli = sharedCli({ withWorker: true });

interface Written {
  readonly steps: string;
  readonly edges: string;
  readonly rows: readonly object[];
}

function writePipeline(name: string, { steps, edges, rows }: Written): string {
  cli.write(`${name}.jsonl`, rows);
  return cli.write(
    `${name}.yaml`,
    `name: ${name}\nsteps:\n  load: { use: load, file: ${name}.jsonl }\n${steps}\nedges: ["${edges}"]\n`,
  );
}

function leafOf(name: string, leaf: string): readonly unknown[] {
  const folder = join(cli.setUp.dataFolder, "output", name);
  const files = readdirSync(folder).filter((file) => file.endsWith(`-${leaf}.jsonl`));
  const text = readFileSync(join(folder, files.sort().at(-1) ?? "none"), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

test(
  "a user's functions, an expand and a filter make the rows of a leaf",
  { timeout: 60_000 },
  async () => {
    writeFileSync(
      join(cli.setUp.folder, "steps.ts"),
      `export const split = ({ text }: { text: string }) => ({ words: text.split(" ") });
     export const measure = ({ word }: { word: string }) => {
       if (word === "boom") throw new RangeError("too loud");
       return { length: word.length };
     };`,
    );
    const file = writePipeline("words", {
      steps: `  split: { use: "./steps.ts#split", reads: [text], writes: [words] }
  each: { use: expand, columns: { words: word } }
  measure: { use: "./steps.ts#measure", reads: [word], writes: [length] }
  long: { use: filter, where: "length > 2" }
  only: { use: keep, columns: [word, length] }`,
      edges: "load >> split >> each >> measure >> long >> only",
      rows: [{ text: "a good day" }, { text: "boom" }],
    });
    const result = await cli.ostinato("pipeline", "run", file);
    // One row failed, by the words of the user's own error.
    expect(result, describeResult(result)).toMatchObject({ code: 1 });
    expect(leafOf("words", "only")).toEqual([
      { word: "good", length: 4 },
      { word: "day", length: 3 },
      { word: "boom", length: null },
    ]);
    const status = lastJson(await cli.ostinato("status", "words", "--json"));
    expect(schemaProblems(status)).toEqual([]);
    expect(status).toMatchObject({
      completed: 1,
      failed: 1,
      steps: [
        { name: "load", done: 2, failed: 0, dropped: 0 },
        { name: "split", done: 2 },
        { name: "each", done: 4 },
        { name: "measure", done: 3, failed: 1 },
        { name: "long", done: 2, dropped: 1 },
        { name: "only", done: 2 },
      ],
    });
    const { stdout, stderr } = await cli.ostinato("results", "words");
    expect(stderr).toContain("Its rows: `ostinato results words --leaf only`.");
    expect(stdout).toContain('"type": "RangeError", "message": "at step \\"measure\\": too loud');
    expect((await cli.ostinato("results", "words", "--leaf", "only")).stdout.split("\n")[0]).toBe(
      '{"word":"good","length":4}',
    );
  },
);

test("a pipeline with problems is refused with all of them, and nothing is sent or kept", async () => {
  const file = writePipeline("faulty", {
    steps: `  ask: { use: text-generation, llm: test/m }
  judge: { use: template, llm: nope/m, template: "{{ missing }}" }`,
    edges: "load >> ask >> judge",
    rows: [{ prompt: "hi" }],
  });
  const result = await cli.ostinato("pipeline", "run", file);
  expect(result.code).toBe(2);
  for (const name of ["instruction", "missing", "nope"]) expect(result.stderr).toContain(name);
  expect(readdirSync(join(cli.setUp.dataFolder, "output"))).not.toContain("faulty");
  expect(readdirSync(join(cli.setUp.dataFolder, "output", ".incoming"))).toEqual([]);
});

test(
  "what has failed is asked again, what was answered is not, and a finished run is not repeated",
  { timeout: 60_000 },
  async () => {
    const prompts: string[] = [];
    let isBroken = true;
    const server = await startOpenAiServer({
      reply: ({ body }) => {
        const [{ content }] = body["messages"] as readonly [{ readonly content: string }];
        prompts.push(content);
        if (isBroken && content === "two") return { status: 400, body: { error: "not this" } };
        return { body: chatAnswer(`re: ${content}`) };
      },
    });
    onTestFinished(server.close);
    const envFile = cli.write("own.env", `OPENAI_API_KEY=k\nOPENAI_BASE_URL=${server.url}\n`);
    const file = writePipeline("again", {
      steps: '  ask: { use: template, llm: openai/m, template: "{{ text }}", output: answer }',
      edges: "load >> ask",
      rows: [{ text: "one" }, { text: "two" }, { text: "three" }],
    });
    const given = ["--env-file", envFile, "-mq", "6000"] as const;
    const first = await cli.ostinato("pipeline", "run", file, ...given);
    expect(first, describeResult(first)).toMatchObject({ code: 1 });
    expect(first.stderr).toMatch(
      /again: 3 rows in 1 step, 3 calls, .*\n(.*\n)*again has started\./,
    );
    expect(leafOf("again", "ask")).toMatchObject([{ answer: "re: one" }, { answer: null }, {}]);
    isBroken = false;
    prompts.length = 0;
    expect(await cli.ostinato("retry-failed", "again")).toMatchObject({ code: 0 });
    expect(prompts).toEqual(["two"]);
    expect(leafOf("again", "ask")).toMatchObject([
      { answer: "re: one" },
      { answer: "re: two" },
      { answer: "re: three" },
    ]);
    prompts.length = 0;
    const same = await cli.ostinato("pipeline", "run", file, ...given);
    expect(same, describeResult(same)).toMatchObject({ code: 0 });
    expect(same.stderr).toMatch(
      /again finished at .* with the same content and settings: 3 completed, 0 failed\. Nothing is sent\./,
    );
    expect(prompts).toEqual([]);
    expect(await cli.ostinato("pipeline", "run", file, ...given, "--again")).toMatchObject({
      code: 0,
    });
    expect(prompts.sort()).toEqual(["one", "three", "two"]);
  },
);

test(
  "the plan of a changed pipeline has what is asked, and a preview does not hide a finished run",
  { timeout: 60_000 },
  async () => {
    const written = {
      steps:
        "  ask: { use: template, llm: test/m, template: 'Ask {{ i }}', output: answer, parameters: { latency_ms: 5 } }",
      edges: "load >> ask",
      rows: Array.from({ length: 8 }, (_, i) => ({ i })),
    };
    const file = writePipeline("grown", written);
    const run = async (...more: readonly string[]) => {
      const result = await cli.ostinato("pipeline", "run", file, "-mq", "60000", ...more);
      expect(result, describeResult(result)).toMatchObject({ code: 0 });
      return result;
    };
    await run();
    const preview = await cli.ostinato("pipeline", "preview", file, "--rows", "2");
    expect(preview, describeResult(preview)).toMatchObject({ code: 0 });
    expect(leafOf("grown", "ask")).toHaveLength(2);
    const same = await run();
    expect(same.stderr).toMatch(
      /grown finished at .*: 8 completed, 0 failed\. Its answers are reused\. It runs again, because a preview or a sample has replaced its result\./,
    );
    expect(leafOf("grown", "ask")).toHaveLength(8);
    expect((await run()).stderr).toContain("Nothing is sent.");
    writePipeline("grown", {
      ...written,
      steps: `${written.steps}\n  judge: { use: template, llm: test/n, template: 'Judge {{ answer }}', output: score, outputs: { model_name: judge }, parameters: { latency_ms: 5 } }`,
      edges: "load >> ask >> judge",
      rows: [...written.rows, { i: 8 }],
    });
    const [plan] = (await run("--json", "--detach")).stdout.split("\n");
    expect(JSON.parse(plan ?? "")).toMatchObject({
      type: "plan",
      groups: [
        { name: "ask", calls: 1 },
        { name: "judge", calls: 9 },
      ],
      total: { calls: 10, records: 9, unknownCalls: 0 },
    });
    expect(plan).toContain("8 of the rows reuse answers of earlier runs at ask");
  },
);

test(
  "a run is followed by the same command, paused, changed for one model, resumed and cancelled",
  { timeout: 300_000 },
  async () => {
    const file = writePipeline("steered", {
      steps: `  slow: { use: template, llm: test/slow, template: "{{ i }}", parameters: { raise_error: "False" } }
  fast: { use: template, llm: test/fast, template: "{{ i }}", parameters: { raise_error: "False" } }
  both: { use: group, columns: { generation: answers } }`,
      edges: "load >> [slow, fast] >> both",
      // At one row a second, far more than are done before the cancel.
      rows: Array.from({ length: 300 }, (_, i) => ({ i })),
    });
    const started = await cli.ostinato("pipeline", "run", file, "-mq", "60", "--detach");
    expect(started, describeResult(started)).toMatchObject({ code: 0 });
    const statusOf = async (): Promise<{
      readonly state: string;
      readonly completed: number;
    }> => lastJson(await cli.ostinato("status", "steered", "--json")) as never;
    await waitUntil(async () => (await statusOf()).completed > 0, {
      what: "a row",
      timeoutMs: 60_000,
    });
    // The same command follows the run, as after a kill. Other settings or steps do not.
    const again = await cli.ostinato("pipeline", "run", file, "-mq", "60", "--detach");
    expect(again, describeResult(again)).toMatchObject({ code: 0, stdout: "steered\n" });
    expect(again.stderr).toContain("steered is already running.");
    const faster = await cli.ostinato("pipeline", "run", file, "-mq", "90", "--detach");
    expect(faster, describeResult(faster)).toMatchObject({ code: 2, stdout: "" });
    expect(faster.stderr).toContain("is running with other settings.");
    const text = readFileSync(join(cli.setUp.folder, file), "utf8");
    cli.write(
      "other.yaml",
      text.replace('slow, template: "{{ i }}"', 'slow, template: "No {{ i }}"'),
    );
    const other = await cli.ostinato("pipeline", "run", "other.yaml", "-mq", "60", "--detach");
    expect(other, describeResult(other)).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toContain(
      'An experiment named "steered" is running with other content. Continue it with `ostinato follow steered`, end it with `ostinato cancel steered`, or',
    );
    expect(await cli.ostinato("pause", "steered")).toMatchObject({ code: 0 });
    await waitUntil(async () => (await statusOf()).state === "paused", {
      what: "the pause",
      timeoutMs: 60_000,
    });
    const change = ["change", "steered", "--group", "test/fast", "-mq", "6000"] as const;
    expect(await cli.ostinato(...change)).toMatchObject({ code: 0 });
    expect(await cli.ostinato("resume", "steered")).toMatchObject({ code: 0 });
    const { completed: before } = await statusOf();
    await waitUntil(async () => (await statusOf()).completed > before + 1, {
      what: "more rows",
      timeoutMs: 60_000,
    });
    expect(await cli.ostinato("cancel", "steered")).toMatchObject({ code: 0 });
    await waitUntil(async () => (await statusOf()).state === "cancelled", {
      what: "the end",
      timeoutMs: 60_000,
    });
    // All rows are in the result: those that were cancelled have failed.
    const { completed } = await statusOf();
    expect(leafOf("steered", "both")).toHaveLength(completed);
    expect(completed).toBeLessThan(300);
  },
);

test(
  "a target ends the run once enough rows are accepted, and says when candidates run out",
  { timeout: 120_000 },
  async () => {
    cli.write(
      "wanted.jsonl",
      Array.from({ length: 40 }, (_, i) => ({ i })),
    );
    const file = (name: string, target: number): string =>
      cli.write(
        `${name}.yaml`,
        `name: ${name}
target: ${target}
accept: "i % 2 == 0 and generation"
max_candidates: 30
steps:
  load: { use: load, file: wanted.jsonl }
  ask:
    use: template
    llm: test/m
    template: "{{ i }}"
    parameters: { raise_error: "False", latency_ms: 5 }
edges: [load >> ask]
`,
      );
    const met = await cli.ostinato("pipeline", "run", file("met", 5), "-mq", "6000");
    expect(met, describeResult(met)).toMatchObject({ code: 0 });
    expect(met.stderr).toContain("5 of 5 accepted; 21 candidates not needed");
    expect(leafOf("met", "accepted")).toMatchObject([0, 2, 4, 6, 8].map((i) => ({ i })));
    expect(lastJson(await cli.ostinato("status", "met", "--json"))).toMatchObject({
      records: 30,
      completed: 9,
      failed: 0,
      acceptedRows: { wanted: 5, accepted: 5, notNeeded: 21 },
      steps: [
        { name: "load", done: 9 },
        { name: "ask", done: 9 },
        { name: "accepted", use: "filter", done: 5, dropped: 4 },
      ],
    });
    const short = await cli.ostinato("pipeline", "run", file("short", 20), "-mq", "6000");
    expect(short, describeResult(short)).toMatchObject({ code: 1 });
    expect(short.stderr).toContain(
      "15 of 20 accepted: no candidates left; raise max_candidates or loosen accept",
    );
    expect(leafOf("short", "accepted")).toHaveLength(15);
  },
);

test(
  "a recorded value is that of earlier runs, a block of rows goes one way, and a time limit fails its row",
  { timeout: 120_000 },
  async () => {
    const log = join(cli.setUp.folder, "blocks.log");
    const module = (more: string): void => {
      writeFileSync(
        join(cli.setUp.folder, "blocks.ts"),
        `import { appendFileSync } from "node:fs";
       const note = (text: string) => appendFileSync(${JSON.stringify(log)}, text + "\\n");
       export const once = ({ i }: { i: number }) => {
         note("once");
         return { made: Math.random() };
       };
       export const slow = ({ i }: { i: number }) => {
         while (i === 6) {}
         return { fast: true };
       };
       export const choose = ({ block, rows, steps }: { block: number; rows: number; steps: string[] }) => {
         note("block " + block + " of " + rows);
         return steps[block % 2];
       };${more}`,
      );
    };
    const noted = (): readonly string[] => readFileSync(log, "utf8").trimEnd().split("\n");
    module("");
    const file = writePipeline("blocks", {
      steps: `  once: { use: "./blocks.ts#once", reads: [i], writes: [made], record: true }
  slow: { use: "./blocks.ts#slow", reads: [i], writes: [fast], time_limit: 500ms }
  a: { use: keep, columns: [i, made, fast] }
  b: { use: keep, columns: [i, made, fast] }`,
      edges: "load >> once >> slow >> route(./blocks.ts#choose, per: 3) >> [a, b]",
      rows: Array.from({ length: 7 }, (_, i) => ({ i })),
    });
    const first = await cli.ostinato("pipeline", "run", file);
    expect(first, describeResult(first)).toMatchObject({ code: 1 });
    expect(leafOf("blocks", "a")).toMatchObject(
      [0, 1, 2, 6].map((i) => ({ i, fast: i === 6 ? null : true })),
    );
    expect(leafOf("blocks", "b")).toMatchObject([3, 4, 5].map((i) => ({ i })));
    const { stdout } = await cli.ostinato("results", "blocks");
    expect(stdout).toContain('at step \\"slow\\"');
    const blocks = noted().filter((line) => line !== "once");
    expect(blocks.sort()).toEqual(["block 0 of 3", "block 1 of 3", "block 2 of 3"]);
    const made = leafOf("blocks", "b");
    await cli.ostinato("pipeline", "run", file);
    expect(leafOf("blocks", "b")).toEqual(made);
    expect(noted().filter((line) => line === "once")).toHaveLength(7);
    module("export const version = 2;");
    await cli.ostinato("pipeline", "run", file);
    expect(noted().filter((line) => line === "once")).toHaveLength(14);
  },
);

test("a used-up day of one model holds back its rows alone", { timeout: 120_000 }, async () => {
  // Twelve hours from now, so that the day does not end during the test.
  const reset = new Date();
  reset.setUTCHours(reset.getUTCHours() + 12, 0, 0, 0);
  const day = { requests: 2, reset_hour: reset.getUTCHours(), time_zone: "UTC" };
  const ofA = { requests_per_minute: 6_000, requests_per_day: day };
  const rates = cli.write("rates.json", JSON.stringify({ test: { a: ofA, b: 6_000 } }));
  const ask = (model: string): string =>
    `{ use: template, llm: test/${model}, template: "{{ i }}", parameters: { raise_error: "False", latency_ms: 5 } }`;
  const file = writePipeline("days", {
    steps: `  even: { use: filter, where: "i % 2 == 0" }
  odd: { use: filter, where: "i % 2 == 1" }
  a: ${ask("a")}
  b: ${ask("b")}`,
    edges: 'load >> [even, odd]", "even >> a", "odd >> b',
    rows: Array.from({ length: 30 }, (_, i) => ({ i })),
  });
  const run = ["pipeline", "run", file, "--max-queries-json", rates, "--detach"] as const;
  const started = await cli.ostinato(...run);
  expect(started, describeResult(started)).toMatchObject({ code: 0 });
  // 15 rows of b, and the two that the day of a allows.
  await expect
    .poll(async () => lastJson(await cli.ostinato("status", "days", "--json")), {
      timeout: 80_000,
      interval: 300,
    })
    .toMatchObject({
      state: "running",
      completed: 17,
      failed: 0,
      groups: [{ waitsUntilMs: reset.getTime() }],
    });
  expect(await cli.ostinato("cancel", "days")).toMatchObject({ code: 0 });
});
