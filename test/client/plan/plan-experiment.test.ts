import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planExperiment } from "../../../src/index.js";
import type { ExperimentPlan, GivenSettings } from "../../../src/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const prices = { openai: { "*": { input: 1, output: 10 } } };

interface Case {
  readonly folder: string;
  readonly plan: (given?: Partial<GivenSettings>) => Promise<ExperimentPlan>;
}

function caseOf(records: readonly object[] | string): Case {
  const folder = temporaryFolder();
  const isTable = typeof records === "string";
  const file = join(folder, isTable ? "pilot.csv" : "pilot.jsonl");
  writeFileSync(file, isTable ? records : linesOf(records));
  const fixed = { file, dataFolder: join(folder, "data"), envFile: join(folder, ".env"), prices };
  return {
    folder,
    plan: async (given) => planExperiment({ ...fixed, ...given }, { OPENAI_API_KEY: "k" }),
  };
}

function linesOf(objects: readonly object[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join("");
}

function asked(id: number, more: object = {}): object {
  const parameters = { max_tokens: 100 };
  return { id, api: "openai", model_name: "gpt-4o", prompt: "Say hello", parameters, ...more };
}

interface EndedRun {
  readonly name: string;
  readonly lines: readonly object[];
  readonly stamp?: string;
}

/** Writes a finished run as its finish leaves it. */
function writeRun(folder: string, { name, lines, stamp = "01-02-2026-03-04-05" }: EndedRun): void {
  const directory = join(folder, "data", "output", name, `.${stamp}`);
  mkdirSync(directory, { recursive: true });
  const manifest = { version: 2, settings: { name }, stamp, targets: ["openai/gpt-4o"] };
  writeFileSync(join(directory, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(directory, "result.json"), JSON.stringify({ completed: lines.length }));
  const completed = join(directory, "..", `${stamp}-completed-${name}.jsonl`);
  writeFileSync(completed, linesOf(lines));
}

function answered(id: number, output: number): object {
  const usage = { prompt_tokens: 8, completion_tokens: output };
  return { ...asked(id), status: "completed", response: "Hi", latency_ms: 700, usage };
}

describe("the plan of an experiment", () => {
  test("has the calls, tokens, cost and time of each group, and changes nothing", async () => {
    const records = [
      ...Array.from({ length: 20 }, (_, id) => asked(id)),
      ...Array.from({ length: 5 }, (_, id) => asked(20 + id, { group: "slow" })),
    ];
    const { plan, folder } = caseOf(records);
    const { groups, total, warnings, models } = await plan({
      parallel: true,
      requestsPerMinute: 60,
    });
    // "Say hello" has two tokens.
    expect(groups).toMatchObject([
      {
        name: "openai",
        limitKey: "api/openai",
        records: 20,
        calls: 20,
        inputTokens: { low: 32, high: 64 + 20 * 15 },
        outputTokens: { low: 20, high: 2_000 },
        boundBy: "requests",
        timeMs: { low: 19_300, high: 49_950 },
      },
      { name: "slow", limitKey: "group/slow", calls: 5 },
    ]);
    expect(total).toMatchObject({
      records: 25,
      calls: 25,
      cost: { low: (40 + 250) / 1e6, high: (455 + 25_000) / 1e6 },
      unknownCalls: 0,
      timeMs: { low: 19_300, high: 49_950 },
    });
    expect(models).toMatchObject([{ target: "openai/gpt-4o", contextWindow: 128_000 }]);
    expect(warnings).toEqual([]);
    expect(existsSync(join(folder, "data"))).toBe(false);
  });

  test("leaves out groups of the rate table that have no records", async () => {
    const { plan, folder } = caseOf([asked(1), asked(2, { group: "slow" })]);
    const maxQueriesJson = join(folder, "rates.json");
    // Each record of the API has the model's group, so the group of the other models is empty.
    writeFileSync(maxQueriesJson, JSON.stringify({ openai: { "gpt-4o": 50, default: 10 } }));
    const { groups } = await plan({ parallel: true, maxQueriesJson });
    expect(groups).toMatchObject([
      { name: "openai-gpt-4o", records: 1, requestsPerMinute: 50 },
      { name: "slow", records: 1 },
    ]);
    expect(groups).toHaveLength(2);
  });

  test("is the same for a table", async () => {
    const { plan } = caseOf("id,api,model_name,prompt\n1,openai,gpt-4o,Say hello\n");
    expect((await plan()).total).toMatchObject({
      calls: 1,
      inputTokens: { low: 1, high: 19 },
      outputTokens: { low: 1, high: 4_000 },
    });
  });

  test("warns of long prompts, unknown prices, missing keys, the default rate and the maximum cost", async () => {
    const long = "word ".repeat(130_000);
    const records = [
      ...Array.from({ length: 100 }, (_, id) => asked(id)),
      asked(100, { prompt: long }),
      { id: 101, api: "ollama", model_name: "llama3", prompt: "Hello" },
    ];
    const { warnings, longestPrompts, total } = await caseOf(records).plan({
      maxCost: 0.2,
      prices: { ...prices, ollama: { llama3: { input: 0, output: 0 } } },
    });
    expect(longestPrompts[0]).toMatchObject({ line: 101, id: 100, target: "openai/gpt-4o" });
    expect(longestPrompts[0]?.tokens).toBeGreaterThan(129_000);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^ollama\/llama3 needs OLLAMA_API_ENDPOINT.* then `ostinato resume pilot`\.$/,
      ),
      "102 calls take about 10m 06s at the default of 10 requests per minute. Give the rate of your API with --max-queries.",
      expect.stringMatching(
        /^1 prompt may not fit into the context of openai\/gpt-4o, which has 128,000 tokens: the longest is line 101 with about 1\d\d,\d{3}\.$/,
      ),
      expect.stringMatching(
        /^--max-cost 0.2 may stop the experiment, which costs up to \$0\.\d+\.$/,
      ),
    ]);
    expect(total.unknownCalls).toBe(0);
    const unknown = await caseOf(records).plan();
    expect(unknown.total.unknownCalls).toBe(1);
    expect(unknown.warnings).toContain(
      'The price of ollama/llama3 is unknown, so the cost lacks these calls. Give dollars per million tokens under `prices` in ostinato.json: {"ollama":{"llama3":{"input":0.5,"output":1.5}}}.',
    );
  });

  test("names the variable of another address, behind which a price is unknown", async () => {
    const { plan, folder } = caseOf([asked(1)]);
    writeFileSync(join(folder, ".env"), "OPENAI_BASE_URL_gpt_4o=http://127.0.0.1:9/v1\n");
    const { warnings } = await plan({ prices: {} });
    expect(warnings).toEqual([
      'The price of openai/gpt-4o is unknown at the address in OPENAI_BASE_URL, so the cost lacks these calls. Give dollars per million tokens under `prices` in ostinato.json: {"openai":{"gpt-4o":{"input":0.5,"output":1.5}}}.',
    ]);
  });

  test("is narrower with earlier answers of the model, most with those of the experiment", async () => {
    const { plan, folder } = caseOf(Array.from({ length: 100 }, (_, id) => asked(id)));
    const lines = [40, 42, 38, 40, 41, 39].map((output, id) => answered(id, output));
    writeRun(folder, { name: "another", lines });
    const others = await plan();
    expect(others.models).toMatchObject([{ basis: "other-experiments" }]);
    // Half to twice of about 40 tokens for each of 100 answers.
    expect(others.total.outputTokens.low).toBeGreaterThan(1_800);
    expect(others.total.outputTokens.high).toBeLessThan(9_000);
    writeRun(folder, { name: "pilot", lines });
    const same = await plan();
    expect(same.models).toMatchObject([{ basis: "same-experiment" }]);
    // The request of each line is that of all records, and six of them reuse its answers.
    expect(same).toMatchObject({ reused: 6, total: { calls: 94 } });
    expect(same.total.inputTokens).toEqual({ low: 752, high: 752 });
    expect(same.total.outputTokens.low).toBeGreaterThan(3_500);
    expect(same.total.outputTokens.high).toBeLessThan(4_300);
    expect(same.total.timeMs).toMatchObject({ low: 93 * 6_000 + 700 });
  });

  test("finds an earlier run of the experiment behind 200 newer ones of others", async () => {
    const { plan, folder } = caseOf([asked(1, { prompt: "Say goodbye" })]);
    const lines = [answered(2, 40)];
    writeRun(folder, { name: "pilot", lines, stamp: "01-01-2026-03-04-05" });
    for (let other = 0; other < 200; other += 1) writeRun(folder, { name: `o${other}`, lines });
    expect((await plan()).models).toMatchObject([{ basis: "same-experiment" }]);
  });

  test("has the verdicts of judges, whose prompts contain the answers", async () => {
    const { plan, folder } = caseOf([asked(1), asked(2)]);
    const judge = { api: "openai", model_name: "judge", parameters: { max_tokens: 5 } };
    writeFileSync(join(folder, "settings.json"), JSON.stringify({ strict: judge }));
    writeFileSync(join(folder, "template.txt"), "Rate {INPUT_PROMPT}: {OUTPUT_RESPONSE}");
    const { groups, total } = await plan({ judgeFolder: folder, judges: ["strict"] });
    const [main, verdicts] = groups;
    expect(verdicts).toMatchObject({
      stage: "judge",
      calls: 2,
      outputTokens: { low: 2, high: 10 },
    });
    // Twice 100 tokens of answers at the upper end, which other tokenizers count 1.6 times.
    expect(verdicts?.inputTokens.high).toBeGreaterThan(320);
    expect(total).toMatchObject({ records: 2, calls: 4 });
    expect(total.timeMs.low).toBe((main?.timeMs.low ?? 0) + (verdicts?.timeMs.low ?? 0));
  });

  test("has the rephrase stage, and the prompts that it makes beside the file's own", async () => {
    const { plan, folder } = caseOf([asked(0), asked(1), asked(2)]);
    const rephraseFolder = join(folder, "rephrase");
    mkdirSync(rephraseFolder);
    const small = { api: "openai", model_name: "small", parameters: { max_tokens: 20 } };
    writeFileSync(join(rephraseFolder, "settings.json"), JSON.stringify({ small }));
    writeFileSync(
      join(rephraseFolder, "two.txt"),
      "Shorter: {INPUT_PROMPT}\nNicer: {INPUT_PROMPT}\n",
    );
    const given = { rephraseFolder, rephraseModels: ["small"], rephraseTemplates: "two.txt" };
    const whole = await plan(given);
    // Three records in two templates, then each record once more with each of its two rephrases.
    expect(whole.groups).toMatchObject([
      { stage: "rephrase", calls: 6, outputTokens: { low: 6, high: 120 } },
      { records: 9, calls: 9, outputTokens: { low: 9, high: 900 } },
    ]);
    expect(whole.total).toMatchObject({ records: 9, calls: 15 });
    const [first, second] = whole.groups;
    expect(whole.total.timeMs.low).toBe((first?.timeMs.low ?? 0) + (second?.timeMs.low ?? 0));
    const replaced = await plan({ ...given, removeOriginal: true });
    expect(replaced.groups.map(({ calls }) => calls)).toEqual([6, 6]);
    const only = await plan({ ...given, onlyRephrase: true });
    expect(only.groups.map(({ calls }) => calls)).toEqual([6]);
  });
});
