import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  connect,
  ensureWorker,
  followExperiment,
  planExperiment,
  planPipeline,
  readDefinition,
  startExperiment,
  startPipeline,
  startSample,
  stopOstinato,
} from "../../../src/index.js";
import type {
  ExperimentPlan,
  ExperimentStatus,
  GivenSettings,
  Ostinato,
} from "../../../src/index.js";
import { freePort } from "../../helpers/free-port.js";
import { chatAnswer, startOpenAiServer } from "../../helpers/openai-server.js";
import type { OpenAiServer } from "../../helpers/openai-server.js";

let folder: string;
let env: NodeJS.ProcessEnv;
let ostinato: Ostinato;
let api: OpenAiServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ostinato-"));
  env = {
    ...process.env,
    OSTINATO_HOME: join(folder, "home"),
    OSTINATO_TEMPORAL_PORT: (await freePort()).toString(),
  };
  api = await startOpenAiServer({
    reply: ({ body }) => ({ body: { ...chatAnswer("Yes."), usage: usageOf(promptIn(body)) } }),
  });
  writeFileSync(join(folder, ".env"), `OPENAI_API_KEY=k\nOPENAI_BASE_URL=${api.url}\n`);
  ostinato = await connect({ env });
  const dataFolder = join(folder, "data");
  await ensureWorker(ostinato, { role: "background", dataFolder });
}, 300_000);

afterAll(async () => {
  await ostinato.close();
  await stopOstinato(env);
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

function promptIn(body: Readonly<Record<string, unknown>>): string {
  const [message] = body["messages"] as readonly { readonly content: string }[];
  return message?.content ?? "";
}

/** From 0 to 1, by FNV-1a and a final mix. */
function fractionOf(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (((value ^ (value >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}

/** The server's own count: skewed lengths of answers, and a tokenizer that nobody else has. */
function usageOf(prompt: string): Readonly<Record<string, number>> {
  const [one, other] = [fractionOf(`${prompt}/1`), fractionOf(`${prompt}/2`)];
  const normal = Math.sqrt(-2 * Math.log(one)) * Math.cos(2 * Math.PI * other);
  return {
    prompt_tokens: 11 + Math.round(0.31 * prompt.length),
    completion_tokens: Math.round(Math.exp(4.5 + 0.9 * normal)),
  };
}

function costOf(prompt: string): number {
  const { prompt_tokens: input = 0, completion_tokens: output = 0 } = usageOf(prompt);
  return (input * 2 + output * 10) / 1e6;
}

const records = 150;
const size = 20;

function promptsOf(draw: number): readonly string[] {
  return Array.from(
    { length: records },
    (_, id) => `Draw ${draw}, question ${id}: ${"why and how ".repeat(id % 17)}?`,
  );
}

function given(draw: number): GivenSettings {
  const file = join(folder, `draw-${draw}.jsonl`);
  const lines = promptsOf(draw).map((prompt, id) =>
    JSON.stringify({ id, api: "openai", model_name: "gpt-4o", prompt }),
  );
  writeFileSync(file, `${lines.join("\n")}\n`);
  return { file, ...settingsOfRun() };
}

function settingsOfRun(): Omit<GivenSettings, "file"> {
  return {
    dataFolder: join(folder, "data"),
    envFile: join(folder, ".env"),
    requestsPerMinute: 60_000,
    prices: { openai: { "*": { input: 2, output: 10 } } },
  };
}

async function endOf(name: string): Promise<ExperimentStatus | undefined> {
  let last: ExperimentStatus | undefined;
  for await (const status of followExperiment(ostinato, name)) last = status;
  return last;
}

function sentOf(draw: number): readonly string[] {
  const prompts = api.requests.map(({ body }) => promptIn(body));
  return prompts.filter((prompt) => prompt.startsWith(`Draw ${draw},`));
}

const draws = Array.from({ length: 10 }, (_, index) => index + 1);

test(
  "a sample is sent once, kept, and the range from it holds the cost in 9 of 10 draws",
  { timeout: 240_000 },
  async () => {
    const held: string[] = [];
    for (const draw of draws) {
      const settings = given(draw);
      const before = await planExperiment(settings, env);
      const { name } = await startSample(ostinato, settings, { size, seed: draw });
      await endOf(name);
      const sent = sentOf(draw);
      expect(new Set(sent).size).toBe(size);
      const rest = promptsOf(draw).filter((prompt) => !sent.includes(prompt));
      const real = rest.reduce((sum, prompt) => sum + costOf(prompt), 0);
      const planned = await planExperiment(settings, env);
      const { total, reused, models } = planned;
      expect(models).toMatchObject([{ basis: "same-experiment" }]);
      expect({ reused, calls: total.calls }).toEqual({ reused: size, calls: records - size });
      // Without any answer, the range is from less than a tenth to more than ten times.
      const width = ({ total: { cost } }: ExperimentPlan): number => cost.high / cost.low;
      expect(width(planned)).toBeLessThan(15);
      if (draw === 1) expect(width(before)).toBeGreaterThan(100);
      if (real >= total.cost.low && real <= total.cost.high) held.push(name);
    }
    expect(held.length).toBeGreaterThanOrEqual(9);
  },
);

test("the run of the whole file pays for the rest alone", { timeout: 120_000 }, async () => {
  const draw = 1;
  const settings = given(draw);
  const sampled = sentOf(draw);
  const { name } = await startExperiment(ostinato, settings);
  const end = await endOf(name);
  expect(end).toMatchObject({ state: "finished", completed: records });
  expect([...sentOf(draw)].sort()).toEqual([...promptsOf(draw)].sort());
  const rest = promptsOf(draw).filter((prompt) => !sampled.includes(prompt));
  const real = rest.reduce((sum, prompt) => sum + costOf(prompt), 0);
  expect(end?.spending?.cost).toBeCloseTo(real, 9);
});

test(
  "a sample of a pipeline's rows tells what its steps ask, and is not paid again",
  { timeout: 120_000 },
  async () => {
    const rows = promptsOf(99).map((instruction, id) => ({ id, instruction }));
    writeFileSync(join(folder, "rows.jsonl"), rows.map((row) => JSON.stringify(row)).join("\n"));
    const file = join(folder, "pipe.yaml");
    writeFileSync(
      file,
      `name: pipe
steps:
  load: { use: load, file: rows.jsonl }
  some: { use: filter, where: id % 3 == 0 }
  ask: { use: text-generation, llm: openai/gpt-4o }
edges: [load >> some >> ask]
`,
    );
    const pipeline = await readDefinition(file);
    const settings = settingsOfRun();
    const before = await planPipeline(pipeline, { ...settings, env });
    expect(before.groups).toMatchObject([{ name: "ask", calls: 51 }]);
    const { name } = await startPipeline(ostinato, pipeline, {
      ...settings,
      sample: { size: 30, seed: 3 },
    });
    await endOf(name);
    const sent = sentOf(99);
    const asked = promptsOf(99).filter((_, id) => id % 3 === 0);
    const real = asked
      .filter((prompt) => !sent.includes(prompt))
      .reduce((sum, prompt) => sum + costOf(prompt), 0);
    const { total, models, reused } = await planPipeline(pipeline, { ...settings, env });
    expect(models).toMatchObject([{ target: "openai/gpt-4o", basis: "same-experiment" }]);
    expect({ reused, records: total.records }).toEqual({ reused: 30, records });
    expect(total.cost.low).toBeLessThan(real);
    expect(total.cost.high).toBeGreaterThan(real);
    await startPipeline(ostinato, pipeline, settings);
    await endOf(name);
    expect([...sentOf(99)].sort()).toEqual([...asked].sort());
  },
);
