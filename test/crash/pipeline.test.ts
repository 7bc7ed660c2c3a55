import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { crash } from "../../bench/lib/crash.js";
import { readJudgedRows, writeJudgedPipeline } from "../../bench/lib/judged-pipeline.js";
import { countRepeats } from "../../bench/lib/measure.js";
import { callsReach, crashScenario, mayRepeat } from "../helpers/crash-scenario.js";

const rows = 40;

test(
  "kill -9 of everything in the middle of a pipeline loses no row, shifts none, and repeats only calls in flight",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 400 });
    const file = await writeJudgedPipeline(setUp, rows);
    const command = stack.start("pipeline", "run", file, "-mq", "600");
    await callsReach(server, 80);
    const done = await crash({ stack, name: "judged", command }, "all");
    const result = await resultOf(done.command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    expect(await readJudgedRows(setUp)).toEqual({ rows, misplaced: 0, wrong: 0 });
    const calls = await server.calls();
    // Two models and two judgements for each row.
    expect(new Set(calls.map(({ id }) => id)).size).toBe(rows * 4);
    expect(countRepeats(calls)).toBeLessThanOrEqual(mayRepeat(calls, done.killedAt));
  },
);

test(
  "kill -9 of everything, two workers too, accepts exactly as many rows as are wanted, and pays for no more",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 300 });
    await stack.startServerAndWorker();
    await stack.startWorker();
    const file = "wanted.yaml";
    await writeFile(
      join(setUp.folder, file),
      `name: wanted
target: 20
accept: "(generation.split('#')[1] | int) % 3 == 0"
max_candidates: 400
steps:
  ids: { use: sample, columns: { uuid: { type: uuid } }, rows: 500 }
  number: { use: "./wanted.ts#number", reads: [uuid], writes: [i] }
  ask: { use: template, llm: openai/m, template: "ask #{{ i }}" }
edges: [ids >> number >> ask]
`,
    );
    await writeFile(
      join(setUp.folder, "wanted.ts"),
      "export const number = ({ uuid }: { uuid: string }) => ({ i: parseInt(uuid.slice(0, 8), 16) });",
    );
    const command = stack.start("pipeline", "run", file, "-mq", "1200");
    await callsReach(server, 25);
    const done = await crash({ stack, name: "wanted", command }, "all");
    const result = await resultOf(done.command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    expect(result.stderr).toContain("20 of 20 accepted");
    const calls = await server.calls();
    const accepted = new Set(calls.map(({ id }) => id).filter((id) => id % 3 === 0));
    expect(accepted.size).toBe(20);
  },
);
