import { expect, test } from "vitest";
import { describeResult } from "../../bench/lib/cli-process.js";
import { readCompleted, soundResult, waitForCompleted } from "../../bench/lib/completed-file.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { callsBetween } from "../../bench/lib/measure.js";
import { crashScenario } from "../helpers/crash-scenario.js";

const records = 60;
const firstId = 1_000;

test(
  "a 429 with Retry-After holds every call back for that long and is tried again, and so is a call whose connection is reset",
  { timeout: 300_000 },
  async () => {
    const tooMany = { after: 10, count: 5, retryAfterS: 4 };
    const { setUp, stack, server, ostinato } = await crashScenario({ latencyMs: 200, tooMany });
    await stack.startServer();
    await stack.startWorker();
    const stormy = await writeInput(setUp, { name: "stormy", records });
    const result = await ostinato("run", stormy, "-mq", "600");
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const calls = await server.calls();
    const refused = calls.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(tooMany.count);
    const firstAt = refused[0]!.arrivedAt;
    // Slots reach 2 s ahead: what had leased before the refusal was known may still go.
    expect(callsBetween(calls, firstAt + 2_300, firstAt + 3_900)).toEqual([]);
    expect(calls).toHaveLength(records + tooMany.count);
    const path = await waitForCompleted(setUp, "stormy", 1_000);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));

    await server.change({ latencyMs: 100, resetEvery: 7 });
    const cut = await writeInput(setUp, { name: "reset", records, firstId });
    const second = await ostinato("run", cut, "-mq", "1200");
    expect(second, describeResult(second)).toMatchObject({ code: 0 });
    const later = (await server.calls()).filter(({ id }) => id >= firstId);
    const answered = later.filter(({ status }) => status === 200);
    expect(answered.map(({ id }) => id).sort((a, b) => a - b)).toEqual(
      Array.from({ length: records }, (_, index) => firstId + index),
    );
    expect(later.length).toBeGreaterThan(records);
    const whole = await waitForCompleted(setUp, "reset", 1_000);
    expect(await readCompleted(whole, { records, firstId })).toEqual(soundResult(whole, records));
  },
);
