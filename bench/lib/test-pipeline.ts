import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { duckdb } from "../../test/helpers/duckdb.js";
import type { BenchContext } from "./bench.js";
import { resultOf } from "./cli-process.js";
import { workerPids } from "./own-processes.js";
import type { SetUp } from "./set-up.js";
import { watchMemory } from "./watch-memory.js";
import type { MemoryWatch } from "./watch-memory.js";

/** A chain of templates that ask the `test` API, which answers in the worker itself. */
export interface TestPipeline {
  readonly name: string;
  readonly rows: number;
  /** Number of calls of each row, one after the other. */
  readonly calls: number;
}

export interface TestRun {
  readonly seconds: number;
  readonly worker: MemoryWatch;
  readonly cli: MemoryWatch;
  /** Number of rows at the leaf, as DuckDB reads them from the Parquet file. */
  readonly rows: number;
  /** Number of rows that are missing, duplicate, or without their own answers. */
  readonly wrong: number;
}

/** Runs the pipeline with a fresh worker, whose memory is watched. */
export async function runTestPipeline(
  { setUp, stack, say }: BenchContext,
  given: TestPipeline,
): Promise<TestRun> {
  const file = await writeTestPipeline(setUp, given);
  await stack.startServer();
  await stack.startWorker();
  const [pid = 0] = workerPids(setUp);
  const worker = watchMemory(pid);
  const run = stack.start("pipeline", "run", file, "-mq", "60000");
  const cli = watchMemory(run.pid);
  const progress = setInterval(() => {
    const now = worker.samples().at(-1)?.residentBytes ?? 0;
    say(`worker ${Math.round(now / 1e6)} MB: ${run.stderr().trimEnd().split("\n").at(-1) ?? ""}`);
  }, 30_000);
  const result = await resultOf(run);
  clearInterval(progress);
  worker.stop();
  cli.stop();
  say(`exit ${String(result.code)} after ${(result.tookMs / 1_000).toFixed(1)} s`);
  if (result.code !== 0) say(result.stderr.slice(-2_000));
  const counts = await countRows(setUp, given);
  return { seconds: result.tookMs / 1_000, worker, cli, ...counts };
}

async function writeTestPipeline(setUp: SetUp, given: TestPipeline): Promise<string> {
  const { name, rows, calls } = given;
  const file = createWriteStream(join(setUp.folder, `${name}.jsonl`));
  for (let i = 0; i < rows; i += 1) {
    if (!file.write(`${JSON.stringify({ i })}\n`)) await once(file, "drain");
  }
  file.end();
  await finished(file);
  const steps = Array.from({ length: calls }, (_, index) => {
    const parameters = `{ latency_ms: 200, response: "answer ${index}" }`;
    const template = index === 0 ? "{{ i }}" : `{{ i }} after {{ a${index - 1} }}`;
    return `  s${index}: { use: template, llm: test/m${index}, parameters: ${parameters}, template: "${template}", output: a${index}, outputs: { model_name: by${index} } }`;
  });
  const chain = ["load", ...steps.map((_, index) => `s${index}`)].join(" >> ");
  const load = `  load: { use: load, file: ${name}.jsonl }`;
  const text = [`name: ${name}`, "steps:", load, ...steps, `edges: ["${chain}"]`, ""].join("\n");
  await writeFile(join(setUp.folder, `${name}.yaml`), text);
  return `${name}.yaml`;
}

async function countRows(
  { dataFolder }: SetUp,
  { name, rows, calls }: TestPipeline,
): Promise<Pick<TestRun, "rows" | "wrong">> {
  const folder = join(dataFolder, "output", name);
  const found = (await readdir(folder)).find((each) => each.endsWith(`.parquet`));
  if (found === undefined) return { rows: 0, wrong: rows };
  const own = Array.from({ length: calls }, (_, index) => `a${index} = 'answer ${index}'`);
  const table = `read_parquet('${join(folder, found)}')`;
  const right = `i >= 0 AND i < ${rows} AND ${own.join(" AND ")}`;
  const [counts = {}] = await duckdb(
    `SELECT count(*) AS all_rows, count(DISTINCT CASE WHEN ${right} THEN i END) AS right_rows FROM ${table}`,
  );
  return { rows: Number(counts["all_rows"]), wrong: rows - Number(counts["right_rows"]) };
}

/** Returns the median resident size of the samples between two shares of the time, from 0 to 1. */
export function medianBetween(watch: MemoryWatch, from: number, to: number): number {
  const samples = watch.samples();
  const chosen = samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to));
  const sizes = chosen.map(({ residentBytes }) => residentBytes).sort((a, b) => a - b);
  return sizes[Math.floor(sizes.length / 2)] ?? 0;
}
