/**
 * The server of docker-compose.yml without Docker: Temporal on a real PostgreSQL, both in a scratch
 * folder on free ports. It runs the example experiment, then a longer one during which the server
 * and the worker are killed.
 *
 * `--server` ends after the server part; `--keep` keeps the folder with the logs.
 */
import { randomInt } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { describeResult, resultOf, startCli } from "./lib/cli-process.js";
import type { CliProcess } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { killWorkers, workerPids } from "./lib/own-processes.js";
import { repository } from "./lib/repository.js";
import { createSetUp, removeSetUp } from "./lib/set-up.js";
import type { SetUp } from "./lib/set-up.js";
import { waitUntil } from "./lib/wait-until.js";
import { buildServer } from "./postgres/build-server.js";
import { startCluster } from "./postgres/cluster.js";
import { setUpSchema, startTemporal } from "./postgres/temporal.js";
import type { Temporal } from "./postgres/temporal.js";

interface Place {
  readonly setUp: SetUp;
  readonly temporal: Temporal;
}

const killedRecords = 300;
const serverAwayMs = 4_000;

const startedAt = Date.now();
const say = (text: string): void => {
  console.error(`${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(7)} s  ${text}`);
};

const { values } = parseArgs({
  options: { server: { type: "boolean" }, keep: { type: "boolean" } },
});
const setUp = await createSetUp({ baseUrl: "http://127.0.0.1:9", key: "none" });
const cleanUp: (() => Promise<void>)[] = [];
try {
  await run();
} finally {
  killWorkers(setUp);
  for (const end of cleanUp.reverse()) await end();
  if (values.keep === true) say(`kept ${setUp.folder}`);
  else await removeSetUp(setUp);
}

async function run(): Promise<void> {
  const built = buildServer(say);
  const port = 30_000 + randomInt(150) * 10;
  say("starting PostgreSQL");
  const cluster = await startCluster(setUp.folder, port + 9);
  cleanUp.push(() => cluster.program.kill("SIGINT"));
  say(`making the databases on ${cluster.version}`);
  setUpSchema(built, cluster);
  // Like every later `docker compose up`.
  setUpSchema(built, cluster);
  say("starting the Temporal server");
  const temporal = await startTemporal(built, cluster, { folder: setUp.folder, port });
  cleanUp.push(() => temporal.kill("SIGKILL"));
  check("days of retention", temporal.retentionDays, 30);
  if (values.server === true) return;
  const place = { setUp, temporal };
  await runExample(place);
  await runWithKills(place);
}

async function runExample({ temporal }: Place): Promise<void> {
  const file = join(repository, "examples", "hello.jsonl");
  say("running the example experiment");
  const run = start(temporal, ["run", file, "--max-queries", "200"]);
  const result = await resultOf(run);
  if (result.code !== 0) throw new Error(describeResult(result));
  const completed = await waitForCompleted(setUp, "hello", 1_000);
  const answers = (await readLines(completed)).filter((line) => line["status"] === "completed");
  check("answers to the example", answers.length, (await readLines(file)).length);
}

async function runWithKills({ temporal }: Place): Promise<void> {
  const file = join(setUp.folder, "killed.jsonl");
  await writeFile(file, killedInput());
  const run = start(temporal, ["run", file, "--max-queries", "1200"]);
  await waitUntil(() => workerPids(setUp)[0], { what: "a worker", timeoutMs: 30_000 });
  await sleep(6_000);
  say("kill -9 of the server and of the worker");
  killWorkers(setUp);
  await temporal.kill("SIGKILL");
  await sleep(serverAwayMs);
  await temporal.restart();
  say("the server is back");
  const backAt = Date.now();
  const result = await resultOf(run);
  if (result.code !== 0) throw new Error(describeResult(result));
  say(`all done ${((Date.now() - backAt) / 1_000).toFixed(1)} s after its return`);
  const path = await waitForCompleted(setUp, "killed", 1_000);
  const completed = await readCompleted(path, { records: killedRecords });
  // There is one log per process. With fewer, the kill was before or after the calls.
  check("processes that recorded outcomes", await countLogs(path), 2);
  check("completed after the kills", completed.completed, killedRecords);
  check("lost", completed.lost, 0);
  check("twice in the completed file", completed.twice, 0);
  check("answers of another prompt", completed.wrongAnswers, 0);
}

async function countLogs(completedFile: string): Promise<number> {
  const files = await readdir(dirname(completedFile), { recursive: true });
  return files.filter((file) => /^\..*\/all\..*\.jsonl$/.test(file)).length;
}

function start(temporal: Temporal, args: readonly string[]): CliProcess {
  return startCli(setUp, args, { TEMPORAL_ADDRESS: temporal.address });
}

function killedInput(): string {
  const records = Array.from({ length: killedRecords }, (_, id) => ({
    id,
    api: "test",
    prompt: `#${id}`,
    parameters: {
      raise_error: "no",
      latency_ms: 2_000,
      response: `answer to #${id}`,
    },
  }));
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

async function readLines(path: string): Promise<Readonly<Record<string, unknown>>[]> {
  const text = await readFile(path, "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

function check(what: string, measured: number, wanted: number): void {
  const isMet = measured === wanted;
  console.log(`  ${isMet ? "ok    " : "MISSED"}  ${what}: ${measured} = ${wanted}`);
  if (!isMet) process.exitCode = 1;
}
