import { expect, test } from "vitest";
import { describeResult, resultOf, runCliWell } from "../../bench/lib/cli-process.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { measurePace } from "../../bench/lib/measure.js";
import { crashScenario } from "../helpers/crash-scenario.js";

/** What the API says that each call has used. */
const tokensACall = 14;
const callsAMinute = 200;
const records = 110;

test(
  "two experiments on one limit keep its tokens a minute together, over two worker processes",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 200 });
    await stack.startServerAndWorker();
    await stack.startWorker();
    const tokens = (tokensACall * callsAMinute).toString();
    const key = "api/openai/counting-1";
    await runCliWell(setUp, ["limits", "set", key, "--tokens-per-minute", tokens]);
    const first = await writeInput(setUp, { name: "first", records });
    const second = await writeInput(setUp, { name: "second", records, firstId: records });
    const runs = [first, second].map((input) => stack.start("run", input, "-mq", "600"));
    const results = await Promise.all(runs.map(resultOf));
    for (const result of results) expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const calls = await server.calls();
    expect(calls).toHaveLength(2 * records);
    // Alone on the machine it is one call, and 95 % below: other tests beside it make calls late, and late slots lapse.
    expect(measurePace(calls).maxPerMinute).toBeLessThanOrEqual(callsAMinute + 3);
    // The first calls are few, since nobody knows what they use.
    const from = (calls[0]?.arrivedAt ?? 0) + 10_000;
    const lastOf = (isFirst: boolean): number =>
      calls.findLast(({ id }) => id < records === isFirst)?.arrivedAt ?? 0;
    const to = Math.min(lastOf(true), lastOf(false));
    const going = calls.filter(({ arrivedAt }) => arrivedAt >= from && arrivedAt <= to);
    expect(measurePace(going).perMinute).toBeGreaterThanOrEqual(callsAMinute * 0.7);
    const ofFirst = going.filter(({ id }) => id < records).length / going.length;
    expect(ofFirst).toBeGreaterThan(0.2);
    expect(ofFirst).toBeLessThan(0.8);
  },
);
