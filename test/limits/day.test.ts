import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { waitUntil } from "../../bench/lib/wait-until.js";
import type { ExperimentStatus, LimitStatus } from "../../src/index.js";
import { crashScenario } from "../helpers/crash-scenario.js";

const quota = 12;
const records = 30;
const key = "api/openai/counting-1";
const hourMs = 3_600_000;

test(
  "an experiment that has used its calls of the day waits, whoever dies, and says until when",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server, ostinato } = await crashScenario({ latencyMs: 100 });
    const jsonOf = async <Value>(...args: string[]): Promise<Value> => {
      const { stdout } = await ostinato(...args, "--json");
      return JSON.parse(stdout.trim().split("\n")[0]!) as Value;
    };
    // The status of an experiment that is only just starting is not there yet.
    const waitsUntil = async (): Promise<number | undefined> =>
      jsonOf<ExperimentStatus>("status", "pilot").then(
        ({ groups }) => groups[0]?.waitsUntilMs,
        () => undefined,
      );
    await stack.startServerAndWorker();
    // Far from the reset, whatever the time.
    const resetHour = (new Date().getUTCHours() + 12) % 24;
    const cap = ["limits", "set", key, "--reset-hour", resetHour.toString(), "--requests-per-day"];
    await ostinato(...cap, quota.toString());
    const input = await writeInput(setUp, { name: "pilot", records });
    const run = stack.start("run", input, "-mq", "600");
    const until = await waitUntil(waitsUntil, { what: "a wait", timeoutMs: 120_000 });
    // A slot that nobody claims for 10 s, on a machine that is that busy, is given back after the
    // group was sent away.
    const { calls } = await server.stats();
    expect(calls).toBeGreaterThan(quota / 2);
    expect(calls).toBeLessThanOrEqual(quota);
    expect(new Date(until).getUTCHours()).toBe(resetHour);
    expect(until - Date.now()).toBeGreaterThan(10 * hourMs);
    expect(until - Date.now()).toBeLessThan(13 * hourMs);
    const limit = await jsonOf<LimitStatus>("limits");
    expect(limit).toMatchObject({
      key,
      days: [{ endsAtMs: until }],
      holders: [{ group: "pilot/all", waitsUntilMs: until }],
    });
    stack.killWorkersForGood();
    await stack.startWorker();
    expect(await waitUntil(waitsUntil, { what: "an answer", timeoutMs: 60_000 })).toBe(until);
    await sleep(3_000);
    expect((await server.stats()).calls).toBeLessThanOrEqual(quota);
    await ostinato(...cap, "1000");
    expect(await ostinato("resume", "pilot")).toMatchObject({ code: 0 });
    const result = await resultOf(run);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    expect(result.stderr).toContain("has used its requests for today and continues at");
    expect((await server.stats()).calls).toBe(records);
  },
);
