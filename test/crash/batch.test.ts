import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeResult, resultOf, startCli } from "../../bench/lib/cli-process.js";
import { crash } from "../../bench/lib/crash.js";
import { writeGradedFlow } from "../../bench/lib/graded-flow.js";
import { countRepeats, inFlightAt } from "../../bench/lib/measure.js";
import { callsReach, crashScenario } from "../helpers/crash-scenario.js";

const lines = 24;

test(
  "a flow of promptflow's over a CSV file, its worker killed with -9 in the middle, goes on and gives its metrics",
  { timeout: 90_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 400 });
    await writeGradedFlow(setUp, lines);
    const run = ["batch", "run", "graded", "--data", "lines.csv", "-mq", "300"];
    const command = stack.start(...run);
    await callsReach(server, 10);
    const done = await crash({ stack, name: "graded", command }, "worker");
    const result = await resultOf(done.command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const calls = await server.calls();
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2 * lines);
    const cutOff = calls.filter(({ status }) => status === -1).length;
    expect(countRepeats(calls)).toBeLessThanOrEqual(
      Math.max(cutOff, inFlightAt(calls, done.killedAt)),
    );
    const folder = join(setUp.dataFolder, "output", "graded");
    const output = readdirSync(folder).find((name) => name.endsWith("-output.jsonl")) ?? "none";
    const outputs = readFileSync(join(folder, output), "utf8").trimEnd().split("\n");
    expect(outputs.map((text) => JSON.parse(text) as unknown)).toEqual(
      Array.from({ length: lines }, (_, i) => ({
        line_number: i,
        answer: `answer to #${i}`,
        is_right: i % 4 !== 0,
      })),
    );
    const shown = await resultOf(startCli(setUp, ["batch", "result", "graded", "--json"]));
    expect(JSON.parse(shown.stdout)).toMatchObject({
      status: "Completed",
      total_lines: lines,
      completed_lines: lines,
      failed_lines: 0,
      node_status: { "ask.completed": lines, "check.completed": lines, "grade.completed": lines },
      // 18 of 24 lines have a truth that their answer is; the lists came in the order of the lines.
      metrics: { accuracy: 0.75, in_order: true },
      system_metrics: { total_tokens: 2 * 14 * lines },
    });
    // The same again asks nothing: its answers are reused.
    const before = (await server.stats()).calls;
    const again = await resultOf(startCli(setUp, run));
    expect(again, describeResult(again)).toMatchObject({ code: 0 });
    expect((await server.stats()).calls).toBe(before);
  },
);
