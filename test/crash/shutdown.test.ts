import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import type { CliProcess } from "../../bench/lib/cli-process.js";
import { readCompleted, soundResult, waitForCompleted } from "../../bench/lib/completed-file.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { countRepeats } from "../../bench/lib/measure.js";
import { endingPids, isListening, workerPids } from "../../bench/lib/own-processes.js";
import { now, waitUntil } from "../../bench/lib/wait-until.js";
import { callsReach, crashScenario } from "../helpers/crash-scenario.js";
import type { CrashScenario } from "../helpers/crash-scenario.js";

const records = 3;
const name = "slow";
/**
 * A call that takes longer than a worker was given before, and than the server waits for a
 * heartbeat.
 */
const slowMs = 12_000;
const endlessMs = 120_000;

async function begin({ setUp, stack, server }: CrashScenario): Promise<void> {
  const input = await writeInput(setUp, { name, records });
  await resultOf(stack.start("run", input, "-mq", "600", "--detach"));
  await callsReach(server, records);
}

async function expectWhole({ setUp, server }: CrashScenario, repeats: number): Promise<void> {
  const path = await waitForCompleted(setUp, name, 120_000);
  expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
  expect(countRepeats(await server.calls())).toBe(repeats);
}

async function says(command: CliProcess, text: string): Promise<void> {
  const isSaid = (): boolean => command.stderr().includes(text);
  await waitUntil(isSaid, { what: text, timeoutMs: 120_000 }).catch((error: unknown) => {
    throw new Error(`Only this was said: ${command.stderr()}`, { cause: error });
  });
}

function onlyWorker({ setUp }: CrashScenario): number {
  const [pid, ...others] = workerPids(setUp);
  if (pid === undefined || others.length > 0) throw new Error("Expected one worker.");
  return pid;
}

test(
  "SIGTERM lets calls of 12 s end: the answers are kept, and the next worker makes none of them again",
  { timeout: 300_000 },
  async () => {
    const scenario = await crashScenario({ latencyMs: slowMs });
    const { setUp, stack } = scenario;
    await stack.startServer();
    const first = await stack.startWorker();
    await begin(scenario);
    const pid = onlyWorker(scenario);
    // At once: the calls would be over before another worker has started on a busy machine.
    process.kill(pid, "SIGTERM");
    await waitUntil(() => endingPids(setUp).includes(pid), { what: "the end", timeoutMs: 120_000 });
    expect(workerPids(setUp)).not.toContain(pid);
    await stack.startWorker();
    expect(await first.exited).toBe(0);
    await expectWhole(scenario, 0);
  },
);

test(
  "a second SIGTERM ends a worker at once, and the next one makes its calls again",
  { timeout: 300_000 },
  async () => {
    const scenario = await crashScenario({ latencyMs: endlessMs });
    const { setUp, stack, server } = scenario;
    await stack.startServer();
    const first = await stack.startWorker();
    await begin(scenario);
    const pid = onlyWorker(scenario);
    process.kill(pid, "SIGTERM");
    await waitUntil(() => endingPids(setUp).includes(pid), { what: "the end", timeoutMs: 120_000 });
    const secondAt = now();
    process.kill(pid, "SIGTERM");
    await first.exited;
    expect(now() - secondAt).toBeLessThan(endlessMs / 6);
    await server.change({ latencyMs: 100 });
    await stack.startWorker();
    await expectWhole(scenario, records);
  },
);

test(
  "Ctrl-C of run leaves its worker to record its calls, and down waits for it",
  { timeout: 300_000 },
  async () => {
    // The remaining time at the start of `down` is longer than the second before the first message.
    const scenario = await crashScenario({ latencyMs: 2 * slowMs });
    const { setUp, stack, server } = scenario;
    const input = await writeInput(setUp, { name, records });
    const command = stack.start("run", input, "-mq", "600");
    await callsReach(server, records);
    const pid = onlyWorker(scenario);
    command.kill("SIGINT");
    const left = await resultOf(command);
    expect(left, describeResult(left)).toMatchObject({ code: 0 });
    expect(left.stderr).toMatch(
      /Waiting for 3 calls in flight, \d+ s at most\. The worker \(process/,
    );
    expect(endingPids(setUp)).toEqual([pid]);
    const down = await resultOf(stack.start("down"));
    expect(down.stderr).toContain("Waiting for 3 calls in flight");
    expect(endingPids(setUp)).toEqual([]);
    const again = await resultOf(stack.start("run", input, "-mq", "600"));
    expect(again, describeResult(again)).toMatchObject({ code: 0 });
    await expectWhole(scenario, 0);
  },
);

test(
  "Ctrl-C of up waits for its worker's calls, a second one ends it at once",
  { timeout: 300_000 },
  async () => {
    const scenario = await crashScenario({ latencyMs: endlessMs });
    const { setUp, stack } = scenario;
    const up = stack.start("up");
    await waitUntil(() => workerPids(setUp).length > 0, { what: "a worker", timeoutMs: 120_000 });
    await begin(scenario);
    up.kill("SIGINT");
    await says(up, "Press Ctrl-C again to stop now");
    expect(up.stderr()).toContain("Waiting for 3 calls in flight");
    const secondAt = now();
    up.kill("SIGINT");
    expect(await up.exited).toBe(0);
    expect(now() - secondAt).toBeLessThan(endlessMs / 6);
  },
);

test(
  "down waits for a background worker's calls, Ctrl-C ends that worker and the server at once",
  { timeout: 300_000 },
  async () => {
    const scenario = await crashScenario({ latencyMs: endlessMs });
    const { setUp, stack } = scenario;
    await begin(scenario);
    const down = stack.start("down");
    await says(down, "Press Ctrl-C to stop now");
    const cutAt = now();
    down.kill("SIGINT");
    expect(await down.exited).toBe(0);
    expect(now() - cutAt).toBeLessThan(endlessMs / 4);
    expect(workerPids(setUp)).toEqual([]);
    expect(endingPids(setUp)).toEqual([]);
    expect(await isListening(setUp.port)).toBe(false);
  },
);
