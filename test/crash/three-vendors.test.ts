import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { crash } from "../../bench/lib/crash.js";
import { createSetUp, removeSetUp } from "../../bench/lib/set-up.js";
import type { SetUp } from "../../bench/lib/set-up.js";
import { createStack } from "../../bench/lib/stack.js";
import { waitUntil } from "../../bench/lib/wait-until.js";
import { chatAnswer } from "../helpers/openai-server.js";
import { startVendorServer } from "../helpers/vendor-server.js";
import type { PlannedReply, SeenRequest, VendorServer } from "../helpers/vendor-server.js";

const rows = 30;

const yaml = `
name: pipe-name
steps:
  load_dataset: { use: load, file: prompts.jsonl, outputs: { prompt: instruction } }
  gpt: { use: text-generation, llm: openai/gpt-4-0125-preview }
  mistral: { use: text-generation, llm: mistral/mistral-large-2402, parameters: { temperature: 0.7 } }
  gemini: { use: text-generation, llm: vertexai/gemini-1.5-pro }
  combine_generations: { use: group, columns: { generation: generations, model_name: model_names } }
  words: { use: "./steps.ts#words", reads: [generations], writes: [words] }
edges:
  - "load_dataset >> sample-n-steps(2) >> [gpt, mistral, gemini] >> combine_generations >> words"
`;

const steps = `
export const words = (row: { generations: readonly (string | null)[] }) => ({
  words: row.generations.join(" ").split(" ").length,
});
`;

const typescript = `
import { jsonl, llm, pipeline, sampleNSteps, step, textGeneration } from "ostinato";
import { z } from "zod";
const words = step(
  { name: "words", reads: z.object({ generations: z.array(z.string().nullable()) }), writes: z.object({ words: z.number() }) },
  (row) => ({ words: row.generations.join(" ").split(" ").length }),
);
export default pipeline("pipe-name", {}, (p) => {
  const load = p.load("load_dataset", jsonl("prompts.jsonl", z.object({ prompt: z.string() }))).rename({ prompt: "instruction" });
  const tasks = load.route(
    sampleNSteps(2),
    textGeneration(llm("openai", "gpt-4-0125-preview"), { name: "gpt" }),
    textGeneration(llm("mistral", "mistral-large-2402", { temperature: 0.7 }), { name: "mistral" }),
    textGeneration(llm("vertexai", "gemini-1.5-pro"), { name: "gemini" }),
  );
  return tasks.group("combine_generations", { generation: "generations", model_name: "model_names" }).to(words);
});
`;

interface Vendor {
  readonly server: VendorServer;
  /** The prompts of all calls. */
  readonly prompts: string[];
}

async function startVendor(
  promptOf: (body: SeenRequest["body"]) => string,
  answerTo: (prompt: string) => unknown,
): Promise<Vendor> {
  const prompts: string[] = [];
  const server = await startVendorServer(({ body }): PlannedReply => {
    const prompt = promptOf(body);
    prompts.push(prompt);
    return { body: answerTo(prompt), delayMs: 200 };
  });
  onTestFinished(server.close);
  return { server, prompts };
}

/** As chat completions send it. */
function chatPrompt(body: SeenRequest["body"]): string {
  const [message] = body["messages"] as readonly [{ readonly content: string }];
  return message.content;
}

/** As Vertex AI sends it. */
function contentPrompt(body: SeenRequest["body"]): string {
  const [content] = body["contents"] as readonly [{ readonly parts: readonly [{ text: string }] }];
  return content.parts[0].text;
}

async function startVendors(): Promise<Readonly<Record<"openai" | "mistral" | "vertex", Vendor>>> {
  return {
    openai: await startVendor(chatPrompt, (prompt) => chatAnswer(`gpt on ${prompt}`)),
    mistral: await startVendor(chatPrompt, (prompt) => chatAnswer(`mistral on ${prompt}`)),
    vertex: await startVendor(contentPrompt, (prompt) => ({
      candidates: [
        {
          content: { role: "model", parts: [{ text: `gemini on ${prompt}` }] },
          finishReason: "STOP",
          index: 0,
        },
      ],
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 3, totalTokenCount: 6 },
    })),
  };
}

function writeFiles(
  { folder, envFile }: SetUp,
  vendors: Awaited<ReturnType<typeof startVendors>>,
): void {
  const { openai, mistral, vertex } = vendors;
  const variables = {
    OPENAI_API_KEY: "k1",
    OPENAI_BASE_URL: `${openai.server.origin}/v1`,
    MISTRAL_API_KEY: "k2",
    MISTRAL_BASE_URL: `${mistral.server.origin}/v1`,
    VERTEXAI_BASE_URL: vertex.server.origin,
    VERTEXAI_PROJECT_ID: "choir",
    VERTEXAI_LOCATION_ID: "europe-west4",
    VERTEXAI_API_KEY: "k3",
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(envFile, lines.join(""));
  const prompts = Array.from(
    { length: rows },
    (_, i) => `${JSON.stringify({ prompt: `p${i}` })}\n`,
  );
  writeFileSync(join(folder, "prompts.jsonl"), prompts.join(""));
  writeFileSync(join(folder, "pipe.yaml"), yaml);
  writeFileSync(join(folder, "steps.ts"), steps);
  writeFileSync(join(folder, "pipe.ts"), typescript);
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(resolve("."), join(folder, "node_modules", "ostinato"));
  symlinkSync(resolve("node_modules/zod"), join(folder, "node_modules", "zod"));
}

interface ResultRow {
  readonly instruction: string;
  readonly generations: readonly string[];
  readonly model_names: readonly string[];
  readonly words: number;
}

function readResult({ dataFolder }: SetUp): readonly ResultRow[] {
  const folder = join(dataFolder, "output", "pipe-name");
  const name = readdirSync(folder)
    .filter((file) => file.endsWith("-words.jsonl"))
    .sort()
    .at(-1);
  return readFileSync(join(folder, name ?? "none"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as ResultRow);
}

const shortNames: Readonly<Record<string, string>> = {
  "gpt-4-0125-preview": "gpt",
  "mistral-large-2402": "mistral",
  "gemini-1.5-pro": "gemini",
};

test(
  "one graph over three vendors, from YAML and killed in the middle, then from TypeScript, makes one dataset",
  { timeout: 300_000 },
  async () => {
    const vendors = await startVendors();
    const setUp = await createSetUp({ baseUrl: "http://127.0.0.1:9", key: "unused" });
    const stack = createStack(setUp);
    onTestFinished(async () => {
      await stack.endAll();
      await removeSetUp(setUp);
    });
    writeFiles(setUp, vendors);
    const all = Object.values(vendors);
    const asked = (): number => all.reduce((sum, { prompts }) => sum + prompts.length, 0);
    const command = stack.start("pipeline", "run", "pipe.yaml", "-mq", "240");
    await waitUntil(() => asked() >= 20, { what: "20 calls", timeoutMs: 120_000 });
    const done = await crash({ stack, name: "pipe-name", command }, "worker");
    const result = await resultOf(done.command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const first = readResult(setUp);
    expect(first).toHaveLength(rows);
    first.forEach((row, i) => {
      const names = row.model_names.map((name) => shortNames[name]);
      expect(row.instruction).toBe(`p${i}`);
      expect(new Set(names).size).toBe(2);
      expect(row.generations).toEqual(names.map((name) => `${name} on p${i}`));
      expect(row.words).toBe(6);
    });
    const before = asked();
    // The same graph in TypeScript: the rows go the same ways, and nothing is asked again.
    const again = await resultOf(stack.start("pipeline", "run", "pipe.ts", "-mq", "240"));
    expect(again, describeResult(again)).toMatchObject({ code: 0 });
    expect(readResult(setUp)).toEqual(first);
    expect(asked()).toBe(before);
  },
);
