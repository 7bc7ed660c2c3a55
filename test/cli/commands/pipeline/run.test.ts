import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeResult, lastJson } from "../../../../bench/lib/cli-process.js";
import { waitUntil } from "../../../../bench/lib/wait-until.js";
import { sharedCli } from "../../../helpers/cli-set-up.js";
import { chatAnswer, startOpenAiServer } from "../../../helpers/openai-server.js";

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
    const { stdout } = await cli.ostinato("results", "words");
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
  "what has failed is asked again, and what was answered is not",
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
    expect(await cli.ostinato("pipeline", "run", file, ...given)).toMatchObject({ code: 1 });
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
  },
);

test(
  "a run is paused, changed for one model, resumed and cancelled",
  { timeout: 90_000 },
  async () => {
    const file = writePipeline("steered", {
      steps: `  slow: { use: template, llm: test/slow, template: "{{ i }}", parameters: { raise_error: "False" } }
  fast: { use: template, llm: test/fast, template: "{{ i }}", parameters: { raise_error: "False" } }
  both: { use: group, columns: { generation: answers } }`,
      edges: "load >> [slow, fast] >> both",
      rows: Array.from({ length: 60 }, (_, i) => ({ i })),
    });
    const started = await cli.ostinato("pipeline", "run", file, "-mq", "60", "--detach");
    expect(started, describeResult(started)).toMatchObject({ code: 0 });
    const statusOf = async (): Promise<{
      readonly state: string;
      readonly completed: number;
    }> => lastJson(await cli.ostinato("status", "steered", "--json")) as never;
    await waitUntil(async () => (await statusOf()).completed > 0, {
      what: "a row",
      timeoutMs: 30_000,
    });
    expect(await cli.ostinato("pause", "steered")).toMatchObject({ code: 0 });
    await waitUntil(async () => (await statusOf()).state === "paused", {
      what: "the pause",
      timeoutMs: 15_000,
    });
    const change = ["change", "steered", "--group", "test/fast", "-mq", "6000"] as const;
    expect(await cli.ostinato(...change)).toMatchObject({ code: 0 });
    expect(await cli.ostinato("resume", "steered")).toMatchObject({ code: 0 });
    const { completed: before } = await statusOf();
    await waitUntil(async () => (await statusOf()).completed > before + 1, {
      what: "more rows",
      timeoutMs: 30_000,
    });
    expect(await cli.ostinato("cancel", "steered")).toMatchObject({ code: 0 });
    await waitUntil(async () => (await statusOf()).state === "cancelled", {
      what: "the end",
      timeoutMs: 30_000,
    });
    // All rows are in the result: those that were cancelled have failed.
    const { completed } = await statusOf();
    expect(leafOf("steered", "both")).toHaveLength(completed);
    expect(completed).toBeLessThan(60);
  },
);
