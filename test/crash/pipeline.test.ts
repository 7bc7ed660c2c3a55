import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { crash } from "../../bench/lib/crash.js";
import { readJudgedRows, writeJudgedPipeline } from "../../bench/lib/judged-pipeline.js";
import { countRepeats, inFlightAt } from "../../bench/lib/measure.js";
import { callsReach, crashScenario } from "../helpers/crash-scenario.js";

const rows = 40;

test(
  "kill -9 of everything in the middle of a pipeline loses no row, shifts none, and repeats only calls in flight",
  { timeout: 90_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 400 });
    const file = await writeJudgedPipeline(setUp, rows);
    const command = stack.start("pipeline", "run", file, "-mq", "600");
    await callsReach(server, 40);
    const done = await crash({ stack, name: "judged", command }, "all");
    const result = await resultOf(done.command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    expect(await readJudgedRows(setUp)).toEqual({ rows, misplaced: 0, wrong: 0 });
    const calls = await server.calls();
    // Two models and two judgements for each row.
    expect(new Set(calls.map(({ id }) => id)).size).toBe(rows * 4);
    // At 40 calls a second some begin between the look at the clock and the kill, and are cut off too.
    const cutOff = calls.filter(({ status }) => status === -1).length;
    const inFlight = Math.max(cutOff, inFlightAt(calls, done.killedAt));
    expect(countRepeats(calls)).toBeLessThanOrEqual(inFlight);
  },
);
