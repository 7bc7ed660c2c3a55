import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { readCompleted, soundResult, waitForCompleted } from "../../bench/lib/completed-file.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { callsBetween } from "../../bench/lib/measure.js";
import { crashScenario } from "../helpers/crash-scenario.js";

const records = 60;

test(
  "a 429 with Retry-After holds every call back for that long, and each refused record is tried again",
  { timeout: 90_000 },
  async () => {
    const tooMany = { after: 10, count: 5, retryAfterS: 4 };
    const { setUp, stack, server } = await crashScenario({ latencyMs: 200, tooMany });
    const input = await writeInput(setUp, { name: "stormy", records });
    const result = await resultOf(stack.start("run", input, "-mq", "600"));
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
  },
);

test("a call whose connection is reset is made again", { timeout: 90_000 }, async () => {
  const { setUp, stack, server } = await crashScenario({ latencyMs: 100, resetEvery: 7 });
  const input = await writeInput(setUp, { name: "reset", records });
  const result = await resultOf(stack.start("run", input, "-mq", "1200"));
  expect(result, describeResult(result)).toMatchObject({ code: 0 });
  const calls = await server.calls();
  const answered = calls.filter(({ status }) => status === 200);
  expect(answered.map(({ id }) => id).sort((a, b) => a - b)).toEqual(
    Array.from({ length: records }, (_, index) => index),
  );
  expect(calls.length).toBeGreaterThan(records);
  const path = await waitForCompleted(setUp, "reset", 1_000);
  expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
});
