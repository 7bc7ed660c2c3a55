import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planPipeline, readDefinition } from "../../../src/index.js";
import type { ExperimentPlan, PipelinePlanOptions } from "../../../src/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const prices = { openai: { "*": { input: 1, output: 10 } } };

async function planOf(
  definition: readonly string[],
  { rows = 200, ...options }: PipelinePlanOptions & { readonly rows?: number } = {},
): Promise<ExperimentPlan & { readonly folder: string }> {
  const folder = temporaryFolder();
  const file = join(folder, "pipe.yaml");
  writeFileSync(file, definition.join("\n"));
  const lines = Array.from({ length: rows }, () => JSON.stringify({ instruction: "Say hello" }));
  writeFileSync(join(folder, "rows.jsonl"), `${lines.join("\n")}\n`);
  const fixed = {
    prices,
    dataFolder: join(folder, "data"),
    envFile: join(folder, ".env"),
    env: { OPENAI_API_KEY: "k" },
  };
  const plan = await planPipeline(await readDefinition(file), { ...fixed, ...options });
  return { ...plan, folder };
}

const load = "  load: { use: load, file: rows.jsonl }";

describe("the plan of a pipeline", () => {
  test("has the calls of each step for all rows, and later prompts contain the answers", async () => {
    const { groups, total, warnings, unit, folder } = await planOf([
      "name: pipe",
      "steps:",
      load,
      "  draft: { use: text-generation, llm: openai/small, parameters: { max_tokens: 50 } }",
      "  check: { use: template, llm: openai/large, template: 'Check: {{ generation }}', output: verdict, parameters: { max_tokens: 10 } }",
      "edges: [load >> draft >> check]",
    ]);
    expect(unit).toBe("row");
    expect(groups).toMatchObject([
      {
        name: "draft",
        limitKey: "api/openai/small",
        records: 200,
        calls: 200,
        // Two tokens for each of 200 prompts.
        inputTokens: { low: 320, high: 640 + 3_000 },
        outputTokens: { low: 200, high: 10_000 },
      },
      {
        name: "check",
        limitKey: "api/openai/large",
        calls: 200,
        outputTokens: { low: 200, high: 2_000 },
      },
    ]);
    const [, check] = groups;
    expect(check?.inputTokens.low).toBeLessThan(1_000);
    // The draft has at most 50 tokens.
    expect(check?.inputTokens.high).toBeGreaterThan(200 * 50);
    expect(check?.inputTokens.high).toBeLessThan(200 * 100);
    expect(total).toMatchObject({ records: 200, calls: 400, unknownCalls: 0 });
    expect(warnings).toEqual([
      expect.stringContaining("200 calls of step draft take about 19m 54s at the default"),
      expect.stringContaining("200 calls of step check"),
    ]);
    expect(existsSync(join(folder, "data"))).toBe(false);
  });

  test("expands lists of placeholders that fit the schema, and filters what they decide", async () => {
    const { groups, total } = await planOf(
      [
        "name: pipe",
        "steps:",
        load,
        "  ask: { use: structured-output, llm: openai/small, schema: { type: array, minItems: 3, items: { type: string } }, output: questions, outputs: { model_name: author } }",
        "  each: { use: expand, columns: { questions: question } }",
        "  rate: { use: template, llm: openai/large, template: 'Rate {{ question }}', output: score, validate: { pattern: '^[1-5]$' }, outputs: { model_name: judge } }",
        "  good: { use: filter, where: score | int >= 1 }",
        "  final: { use: template, llm: openai/large, template: 'Answer {{ question }}', output: answer, outputs: { model_name: writer } }",
        "edges: [load >> ask >> each >> rate >> good >> final]",
      ],
      { rows: 10, requestsPerMinute: 600 },
    );
    expect(groups.map(({ name, calls }) => [name, calls])).toEqual([
      ["ask", 10],
      ["rate", 30],
      ["final", 30],
    ]);
    // Both steps of the large model share its limit: 59 intervals of 100 ms.
    expect(groups[1]?.timeMs).toEqual(groups[2]?.timeMs);
    expect(total.timeMs.low).toBe(5_900 + 300);
  });

  test("names steps that no placeholder comes to, and steps whose check it fails", async () => {
    const { warnings } = await planOf(
      [
        "name: pipe",
        "steps:",
        load,
        "  rate: { use: template, llm: openai/large, template: 'Rate {{ instruction }}', output: score, validate: { pattern: '^never$' } }",
        "  final: { use: template, llm: openai/large, template: 'Answer {{ score }}', output: answer, outputs: { model_name: writer } }",
        "edges: [load >> rate >> final]",
      ],
      { rows: 1 },
    );
    expect(warnings).toEqual([
      expect.stringMatching(/^rate failed on a placeholder, so steps behind it may be missing: /),
      "No row came to final, because that depends on the answers.",
    ]);
  });
});
