import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { describeResult, lastJson } from "../../../bench/lib/cli-process.js";
import type { CliResult } from "../../../bench/lib/cli-process.js";
import { sharedCli } from "../../helpers/cli-set-up.js";
import { chatAnswer, startOpenAiServer } from "../../helpers/openai-server.js";
import type { OpenAiServer } from "../../helpers/openai-server.js";
import { writeAccess } from "../../../bench/lib/set-up.js";

const cli = sharedCli({ withWorker: true });
let api: OpenAiServer;

beforeAll(async () => {
  api = await startOpenAiServer({
    reply: ({ text, body }) => {
      if (body["model"] === "gpt-4o-mimi") {
        return { status: 404, body: { error: { message: "No such model.", type: "not_found" } } };
      }
      return text.includes("broken")
        ? { status: 400, body: { error: { message: "no", type: "invalid_request_error" } } }
        : { body: chatAnswer("yes") };
    },
  });
  await writeAccess(cli.setUp, { baseUrl: api.url, key: "sk-1" });
  return api.close;
});

interface Asked {
  readonly result: CliResult;
  /** The calls that the command made. */
  readonly calls: number;
}

async function run(...given: readonly string[]): Promise<Asked> {
  const before = api.requests.length;
  const result = await cli.ostinato("run", "-mq", "6000", ...given);
  return { result, calls: api.requests.length - before };
}

function prompts(...texts: readonly string[]): object[] {
  return texts.map((prompt, id) => ({ id, api: "openai", model_name: "gpt-4o", prompt }));
}

interface Line {
  readonly id: number;
  readonly response: string | null;
  readonly reused?: { readonly run: string };
}

interface FailedLine {
  readonly id: number;
  readonly error: { readonly type: string };
}

function parsedLines(text: string): unknown[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

function completedLines({ stdout }: CliResult): Line[] {
  return parsedLines(readFileSync(stdout.trim(), "utf8")) as Line[];
}

describe("the same command again", () => {
  test("sends nothing, and ends as the finished run did", { timeout: 60_000 }, async () => {
    const file = cli.write("twice.jsonl", prompts("a", "b"));
    const first = await run(file);
    expect(first.result, describeResult(first.result)).toMatchObject({ code: 0 });
    expect(first.calls).toBe(2);
    const again = await run(file);
    expect(again.result, describeResult(again.result)).toMatchObject({ code: 0 });
    expect(again.calls).toBe(0);
    expect(again.result.stdout).toBe(first.result.stdout);
    expect(again.result.stderr).toMatch(
      /twice finished at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d with the same content and settings: 2 completed, 0 failed\. Nothing is sent\./,
    );
    expect(again.result.stderr).toContain("`ostinato results twice`");
    expect(again.result.stderr).toContain("--again");
    expect(again.result.stderr).not.toContain("retry-failed");
  });

  test("exits with 1 after failures, and asks them again once the content has changed", async () => {
    const before = prompts("one", "two", "broken");
    const file = cli.write("partly.jsonl", before);
    expect((await run(file)).result.code).toBe(1);
    const again = await run(file);
    expect(again).toMatchObject({ calls: 0, result: { code: 1 } });
    expect(again.result.stderr).toContain("2 completed, 1 failed. Nothing is sent.");
    expect(again.result.stderr).toContain("`ostinato retry-failed partly`");
    cli.write("partly.jsonl", [...before.slice(1), ...prompts("three")]);
    const changed = await run(file);
    expect(changed.calls).toBe(2);
    expect(changed.result.stderr).toContain(
      "Earlier runs of partly have answers to 1 of 3 records; these are reused. 2 records are sent.",
    );
  });
});

describe("changed content or settings", () => {
  test("take over the answers to unchanged records", { timeout: 60_000 }, async () => {
    const records = prompts("x", "y", "z");
    const file = cli.write("edited.jsonl", records);
    const first = await run(file);
    // Another order of keys and a further key of the user ask nothing new.
    const [x, y] = prompts("x", "Y");
    cli.write("edited.jsonl", [{ note: "mine", ...x }, { ...y }, records[2] ?? {}]);
    const edited = await run(file, "--json");
    expect(edited.calls).toBe(1);
    const lines = edited.result.stdout
      .split("\n")
      .slice(0, -1)
      .map((text) => JSON.parse(text) as object);
    // The plan comes first.
    expect(lines[1]).toEqual({
      type: "reuse",
      name: "edited",
      answers: { stage: "main", reused: 2, sent: 1 },
    });
    const summary = lastJson(edited.result) as Record<string, unknown>;
    expect(summary).toMatchObject({ completed: 3, failed: 0, calls: { sent: 1 } });
    // 5 tokens in and 7 out a call.
    expect(summary["summary"]).toMatchObject({
      tokens: [{ target: "openai/gpt-4o", input: 5, output: 7 }],
    });
    const after = completedLines({ ...edited.result, stdout: String(summary["completedFile"]) });
    expect(after.map(({ id }) => id)).toEqual([0, 1, 2]);
    expect(after[0]).toMatchObject({ note: "mine", response: "yes" });
    const [stamp] = (first.result.stdout.split("/").at(-1) ?? "").split("-completed-");
    expect(after.map(({ reused }) => reused)).toEqual([{ run: stamp }, undefined, { run: stamp }]);
  });

  test("send all with other parameters, and with --again", { timeout: 60_000 }, async () => {
    const records = prompts("p", "q");
    const file = cli.write("anew.jsonl", records);
    expect((await run(file)).calls).toBe(2);
    expect((await run(file, "--again")).calls).toBe(2);
    cli.write(
      "anew.jsonl",
      records.map((record) => ({ ...record, parameters: { temperature: 0 } })),
    );
    const other = await run(file);
    expect(other.calls).toBe(2);
    expect(other.result.stderr).toContain("no answers to these records: all are sent.");
    // Nothing is new but a further file.
    const csv = await run(file, "--output-as-csv");
    expect(csv.calls).toBe(0);
    expect(csv.result.stderr).toContain(
      "answers to 2 of 2 records; these are reused. None is sent.",
    );
    expect(readFileSync(csv.result.stdout.trim().replace(/jsonl$/, "csv"), "utf8")).toContain(
      "yes",
    );
  });
});

describe("judges", () => {
  test("are asked once, and their tokens count in the summary", { timeout: 90_000 }, async () => {
    mkdirSync(join(cli.setUp.folder, "judge"));
    cli.write(
      "judge/settings.json",
      JSON.stringify({ strict: { api: "openai", model_name: "gpt-4o", parameters: {} } }),
    );
    cli.write("judge/template.txt", "Is {OUTPUT_RESPONSE} right for {INPUT_PROMPT}?");
    const flags = ["--judge-folder", "judge", "--judge", "strict"];
    const records = prompts("j", "k");
    const file = cli.write("judged.jsonl", records);
    const first = await run(file, ...flags, "--json");
    expect(first.calls).toBe(4);
    // Two answers and two verdicts, of 5 tokens in and 7 out each.
    const summary = lastJson(first.result) as Record<string, unknown>;
    expect(summary["summary"]).toMatchObject({
      completed: 2,
      tokens: [{ target: "openai/gpt-4o", input: 20, output: 28 }],
    });
    expect(summary).toMatchObject({ calls: { sent: 4 }, spending: { tokens: { input: 20 } } });
    const again = await run(file, ...flags);
    expect(again).toMatchObject({ calls: 0, result: { code: 0 } });
    expect(again.result.stderr).toContain("2 completed, 0 failed. Nothing is sent.");
    cli.write("judged.jsonl", [...records, { ...prompts("l")[0], id: 2 }]);
    const more = await run(file, ...flags);
    expect(more, describeResult(more.result)).toMatchObject({ calls: 2, result: { code: 0 } });
    const listed = await cli.ostinato("list", "judged");
    expect(listed.stdout).toMatch(/judged +finished +main, judge /);
  });

  test("of finished answers are asked for what is new", { timeout: 90_000 }, async () => {
    const asked = async (...given: readonly string[]): Promise<Asked> => {
      const before = api.requests.length;
      const result = await cli.ostinato("judge", "judged", "--judge-folder", "judge", ...given);
      return { result, calls: api.requests.length - before };
    };
    const flags = ["--judge", "strict", "-mq", "6000"];
    // The stage of the run above has asked the same.
    const first = await asked(...flags);
    expect(first, describeResult(first.result)).toMatchObject({ calls: 0, result: { code: 0 } });
    expect(first.result.stderr).toContain("judge-judged finished at");
    expect(first.result.stderr).not.toContain("CALLS");
    const again = await asked(...flags, "--again");
    expect(again.calls).toBe(3);
    const [plan = "", rest = ""] = again.result.stderr.split("judge-judged has started.");
    expect(plan.replaceAll(/\s+/g, " ")).toMatch(
      /judge-judged: 3 records in 1 group, 3 calls, .* From earlier answers of this experiment: openai\/gpt-4o\./,
    );
    expect(rest).not.toBe("");
    cli.write("judge/other.txt", "Is {OUTPUT_RESPONSE} good for {INPUT_PROMPT}?");
    const other = await asked(...flags, "--judge-templates", "template.txt,other.txt");
    expect(other.calls).toBe(3);
    expect(other.result.stderr).toContain(
      "answers to 3 of 6 questions; these are reused. 3 questions are sent.",
    );
    expect(other.result.stderr).toContain(
      "judge-judged: 3 records in 1 group, 3 more reused from earlier runs, 3 calls, ",
    );
  });
});

test("retry-failed sends at the rate that it is given", { timeout: 60_000 }, async () => {
  const file = cli.write("rated.jsonl", prompts("s", "broken"));
  expect((await run(file)).calls).toBe(2);
  const retried = await cli.ostinato("retry-failed", "rated", "--max-queries", "300", "--json");
  expect(retried.code).toBe(1);
  const [plan] = retried.stdout.split("\n");
  expect(JSON.parse(plan ?? "")).toMatchObject({
    type: "plan",
    reused: 1,
    total: { records: 1, calls: 1 },
    groups: [{ requestsPerMinute: 300 }],
  });
  const rate = { requestsPerMinute: 300 };
  expect(lastJson(retried)).toMatchObject({ ...rate, groups: [rate], calls: { sent: 1 } });
});

test("rephrases are asked once, and then only what is new", { timeout: 90_000 }, async () => {
  mkdirSync(join(cli.setUp.folder, "rephrase"));
  const big = { api: "openai", model_name: "gpt-4o", parameters: {} };
  cli.write("rephrase/settings.json", JSON.stringify({ big }));
  cli.write("rephrase/template.txt", "Otherwise: {INPUT_PROMPT}\n");
  const flags = ["--rephrase-folder", "rephrase", "--rephrase-model", "big"];
  const records = prompts("m", "n");
  const file = cli.write("rephrased.jsonl", records);
  // Two rephrases, and the answers to four prompts.
  expect((await run(file, ...flags)).calls).toBe(6);
  expect(await run(file, ...flags)).toMatchObject({ calls: 0, result: { code: 0 } });
  cli.write("rephrased.jsonl", [...records, { ...prompts("o")[0], id: 2 }]);
  const more = await run(file, ...flags);
  expect(more).toMatchObject({ calls: 3, result: { code: 0 } });
  expect(more.result.stderr).toContain("answers to 2 of 3 rephrases; these are reused.");
});

test("a watch sends only failed records of a file that comes again", async () => {
  const records = prompts("w", "broken");
  expect((await run(cli.write("seen.jsonl", records))).calls).toBe(2);
  mkdirSync(join(cli.setUp.dataFolder, "input"), { recursive: true });
  cli.write("data/input/seen.jsonl", records);
  const before = api.requests.length;
  const watched = await cli.ostinato("watch", "--once", "-mq", "6000");
  expect(api.requests.length - before).toBe(1);
  expect(watched.stderr).toContain(
    "answers to 1 of 2 records; these are reused. 1 record is sent.",
  );
}, 60_000);

test(
  "one model of a blocked run is dropped, and the others' answers are kept",
  { timeout: 90_000 },
  async () => {
    const models = ["gpt-4o", "gpt-4o-mimi"];
    const records = prompts("t", "u", "v", "w", "x").flatMap((record) =>
      models.map((model_name) => ({ ...record, model_name })),
    );
    const file = cli.write("dropped.jsonl", records);
    // Slowly, so that the model is blocked before all of its records are sent.
    const blocked = await run(file, "-mq", "240");
    expect(blocked.result, describeResult(blocked.result)).toMatchObject({ code: 3 });
    expect(blocked.result.stderr.replaceAll(/\s+/g, " ")).toContain(
      "Or go on without it: ostinato cancel dropped --model openai/gpt-4o-mimi",
    );
    const wrong = await cli.ostinato("cancel", "dropped", "--model", "openai/gpt-4o-mini");
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toContain('Did you mean "openai/gpt-4o-mimi"?');
    const dropped = await cli.ostinato("cancel", "dropped", "--model", "gpt-4o-mimi");
    expect(dropped, describeResult(dropped)).toMatchObject({ code: 0 });
    const end = await cli.ostinato("follow", "dropped", "--json");
    expect(end).toMatchObject({ code: 1 });
    expect(lastJson(end)).toMatchObject({ state: "finished", completed: 5, failed: 5 });
    // Calls that were on their way when the model was blocked have failed by themselves.
    const failed = await cli.ostinato("results", "dropped", "--failed");
    const unsent = (parsedLines(failed.stdout) as FailedLine[]).find(
      ({ error }) => error.type === "Dropped",
    );
    const why = await cli.ostinato("why", "dropped", String(unsent?.id));
    expect(why.stdout).toContain("Dropped: openai/gpt-4o-mimi was dropped");
    expect(why.stdout).toContain("also: openai/gpt-4o completed");
    const listed = await cli.ostinato(
      "results",
      "dropped",
      "--failed",
      "--columns",
      "id,model_name",
    );
    expect(listed.stdout).not.toContain('"gpt-4o"');
  },
);
