import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { measurePace } from "../../bench/lib/measure.js";
import { callsReach, crashScenario } from "../helpers/crash-scenario.js";

const rate = 600;
const big = 220;
const small = 80;

test(
  "a small experiment of a higher priority overtakes a big one on the same limit, over two worker processes",
  { timeout: 180_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 200 });
    await stack.startServerAndWorker();
    await stack.startWorker();
    const input = await writeInput(setUp, { name: "big", records: big });
    const first = stack.start("run", input, "-mq", rate.toString());
    await callsReach(server, 40);
    const later = await writeInput(setUp, { name: "small", records: small, firstId: big });
    const second = stack.start("run", later, "-mq", rate.toString(), "--priority", "1");
    const results = await Promise.all([first, second].map(resultOf));
    for (const result of results) expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const calls = await server.calls();
    const ofSmall = calls.filter(({ id }) => id >= big);
    const from = ofSmall[0]?.arrivedAt ?? 0;
    const to = ofSmall.at(-1)?.arrivedAt ?? 0;
    // With equal turns the share would be a half. A busy machine leaves some slots to the other.
    const overtaken = calls.filter(({ arrivedAt }) => arrivedAt > from + 4_000 && arrivedAt < to);
    const share = overtaken.filter(({ id }) => id >= big).length / overtaken.length;
    expect(share).toBeGreaterThan(0.7);
    expect(measurePace(calls).maxPerMinute).toBeLessThanOrEqual(rate + 1);
  },
);
