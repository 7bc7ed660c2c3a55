import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { readCompleted, soundResult, waitForCompleted } from "../../bench/lib/completed-file.js";
import { crash } from "../../bench/lib/crash.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { countRepeats } from "../../bench/lib/measure.js";
import { killServer, killWorkers, workerPids } from "../../bench/lib/own-processes.js";
import { now, waitUntil } from "../../bench/lib/wait-until.js";
import { callsReach, crashScenario, mayRepeat } from "../helpers/crash-scenario.js";

const records = 60;
const name = "killed";

// The bench `kill-20` kills the CLI and the server alone, too.
test.each(["worker", "all"] as const)(
  "kill -9 in the middle of a run loses nothing and repeats only calls in flight: %s",
  { timeout: 300_000 },
  async (victim) => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 400 });
    const input = await writeInput(setUp, { name, records });
    const command = stack.start("run", input, "-mq", "600");
    // Most of these calls are more than a second old.
    await callsReach(server, 30);
    const done = await crash({ stack, name, command }, victim);
    const result = await resultOf(done.command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const path = await waitForCompleted(setUp, name, 1_000);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
    const calls = await server.calls();
    expect(countRepeats(calls)).toBeLessThanOrEqual(mayRepeat(calls, done.killedAt));
  },
);

test(
  "an experiment killed with everything while it starts goes on when it is run again",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 100 });
    const input = await writeInput(setUp, { name, records });
    const first = stack.start("run", input, "-mq", "1200");
    await waitUntil(() => workerPids(setUp).length > 0, { what: "a worker", timeoutMs: 120_000 });
    const killedAt = now();
    first.kill("SIGKILL");
    killWorkers(setUp);
    killServer(setUp);
    await first.exited;
    const again = await resultOf(stack.start("run", input, "-mq", "1200"));
    expect(again, describeResult(again)).toMatchObject({ code: 0 });
    const path = await waitForCompleted(setUp, name, 1_000);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
    const calls = await server.calls();
    expect(countRepeats(calls)).toBeLessThanOrEqual(mayRepeat(calls, killedAt));
  },
);

test(
  "an experiment killed with everything at its last answers ends with one whole completed file",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 100 });
    const input = await writeInput(setUp, { name, records });
    const command = stack.start("run", input, "-mq", "1200");
    await callsReach(server, records);
    const done = await crash({ stack, name, command }, "all");
    const result = await resultOf(done.command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const path = await waitForCompleted(setUp, name, 1_000);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
    const calls = await server.calls();
    expect(countRepeats(calls)).toBeLessThanOrEqual(mayRepeat(calls, done.killedAt));
  },
);
