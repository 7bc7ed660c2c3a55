import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { resultOf } from "../../../bench/lib/cli-process.js";
import { isListening, workerPids } from "../../../bench/lib/own-processes.js";
import { removeSetUp } from "../../../bench/lib/set-up.js";
import type { Stack } from "../../../bench/lib/stack.js";
import { createStack } from "../../../bench/lib/stack.js";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import type { CliSetUp } from "../../helpers/cli-set-up.js";
import { cliSetUp } from "../../helpers/cli-set-up.js";

let cli: CliSetUp;
let stack: Stack;

beforeEach(async () => {
  cli = await cliSetUp();
  stack = createStack(cli.setUp);
});

afterEach(async () => {
  await stack.endAll();
  await removeSetUp(cli.setUp);
});

async function workerIsUp(): Promise<void> {
  await waitUntil(() => workerPids(cli.setUp).length > 0, { what: "a worker", timeoutMs: 60_000 });
}

test("up keeps server and worker, Ctrl-C ends the worker, down the server, and up starts both again", async () => {
  const up = stack.start("up");
  await workerIsUp();
  expect(up.stderr()).toContain(`127.0.0.1:${cli.setUp.port.toString()}`);
  expect(up.stderr()).toContain("http://");

  const [first] = workerPids(cli.setUp);
  process.kill(first!, "SIGKILL");
  await waitUntil(() => workerPids(cli.setUp).some((pid) => pid !== first), {
    what: "another worker in the place of the killed one",
    timeoutMs: 60_000,
  });

  up.kill("SIGINT");
  const { code, stdout, stderr } = await resultOf(up);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("The Temporal server keeps running. Stop it with `ostinato down`.");
  expect(workerPids(cli.setUp)).toEqual([]);
  expect(await isListening(cli.setUp.port)).toBe(true);

  const down = await cli.ostinato("down", "--json");
  expect(JSON.parse(down.stdout)).toEqual({
    server: "stopped",
    workers: 0,
    databases: [expect.stringMatching(/temporal-.+\.db$/)],
  });
  expect(await isListening(cli.setUp.port)).toBe(false);
  const again = await cli.ostinato("down");
  expect(again).toMatchObject({ code: 0, stdout: "" });
  expect(again.stderr).toContain("No local Temporal server was running.");
  await upStartsBothAgain();
}, 240_000);

async function upStartsBothAgain(): Promise<void> {
  const up = stack.start("up");
  await workerIsUp();
  expect(await isListening(cli.setUp.port)).toBe(true);
  const down = await cli.ostinatoProcess("down");
  expect(down.stderr).toContain("The local Temporal server is stopped.");
  expect(down.stderr.replaceAll(/\s+/g, " ")).toMatch(
    /database stays in (\S+), so .* To delete it with all unfinished experiments: rm \1\/temporal-\*\.db\*\./,
  );
  const { code, stdout, stderr } = await resultOf(up);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("The worker stops because `ostinato down` stopped the Temporal server.");
  expect(workerPids(cli.setUp)).toEqual([]);
  expect(await isListening(cli.setUp.port)).toBe(false);
}

test("worker says that it starts and how it ends, also while no server is there", async () => {
  mkdirSync(cli.setUp.dataFolder);
  const worker = stack.start("worker");
  await waitUntil(() => worker.stderr().includes("Trying again."), {
    what: "a worker that waits for its server",
    timeoutMs: 60_000,
  });
  expect(worker.stderr()).toContain(
    `Starting a worker for ${cli.setUp.dataFolder}. Press Ctrl-C to stop it.`,
  );
  worker.kill("SIGINT");
  expect(await worker.exited).toBe(0);
  expect(worker.stdout()).toBe("");
}, 120_000);

test("run takes along the worker that it started, says that the experiment waits, and follow goes on", async () => {
  const record = { api: "test", prompt: "Hello", parameters: { latency_ms: 100 } };
  const file = cli.write(
    "alone.jsonl",
    Array.from({ length: 6 }, (_, id) => ({ id, ...record })),
  );
  // At two calls a minute it runs until the rate is changed.
  const running = stack.start("run", file, "-mq", "2");
  await waitUntil(() => running.stderr().includes("alone: running"), {
    what: "the first status",
    timeoutMs: 60_000,
  });
  running.kill("SIGINT");
  const { code, stderr } = await resultOf(running);
  expect(stderr).toContain("alone is paused because its worker stopped");
  expect(stderr).toContain("`ostinato follow alone`");
  expect(stderr).toContain("`ostinato up`");
  expect(code).toBe(0);
  expect(workerPids(cli.setUp)).toEqual([]);

  // There is no worker now, so the change waits for the next one.
  expect(await cli.ostinato("change", "alone", "-mq", "6000")).toMatchObject({ code: 5 });
  const followed = await cli.ostinato("follow", "alone");
  expect(followed.code).toBe(0);
  const lines = readFileSync(followed.stdout.trim(), "utf8").trim().split("\n");
  expect(lines).toHaveLength(6);
}, 180_000);

test("--detach leaves a worker in the background, which down ends", async () => {
  const record = { id: 1, api: "test", prompt: "Hello", parameters: { latency_ms: 100 } };
  const started = await cli.ostinatoProcess(
    ...["run", cli.write("far.jsonl", [record]), "--detach"],
  );
  expect(started).toMatchObject({ code: 0, stdout: "far\n" });
  expect(workerPids(cli.setUp)).toHaveLength(1);
  expect((await cli.ostinato("follow", "far")).code).toBe(0);
  const down = await cli.ostinato("down", "--json");
  expect(JSON.parse(down.stdout)).toMatchObject({ server: "stopped", workers: 1 });
  expect(workerPids(cli.setUp)).toEqual([]);
}, 120_000);

test("Ctrl-C while run's worker is starting detaches and says how to come back", async () => {
  // It does not end before the command does.
  const parameters = { latency_ms: 120_000 };
  const record = { api: "test", model_name: "parrot", prompt: "Hi", parameters };
  const running = stack.start("run", cli.write("early.jsonl", [record]));
  // The log is opened right before the worker's process is started; from there to its polling it
  // takes a second.
  await waitUntil(() => existsSync(join(cli.setUp.home, "worker.log")), {
    what: "the worker's start",
    timeoutMs: 60_000,
    everyMs: 10,
  });
  running.kill("SIGINT");
  const { code, stdout, stderr } = await resultOf(running);
  expect(stderr).toContain("Detached. early is paused because its worker stopped with this");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(workerPids(cli.setUp)).toEqual([]);
}, 120_000);
