import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeResult, lastJson, resultOf } from "../../bench/lib/cli-process.js";
import type { CliResult } from "../../bench/lib/cli-process.js";
import { crash } from "../../bench/lib/crash.js";
import type { SetUp } from "../../bench/lib/set-up.js";
import { waitUntil } from "../../bench/lib/wait-until.js";
import { crashScenario } from "../helpers/crash-scenario.js";

const definition = `
name: best
steps:
  load: { use: load, file: rows.jsonl }
  ask: { use: template, llm: openai/a, template: "ask #{{ i }}", output: answer }
  beside: { use: keep, columns: [i, answer] }
  odd: { use: global, function: ./all.mjs#odd, reads: [i], writes: [place] }
  rate: { use: template, llm: openai/b, template: "rate #{{ i + 100 }}", output: score, outputs: { model_name: rater } }
  only: { use: keep, columns: [i, place, answer, score] }
edges: ["load >> ask >> [beside, odd]", odd >> rate >> only]
`;

/**
 * The function waits while there is a file \`hold\`, and fails if there is one called \`broken\`.
 */
function functionsIn(folder: string): string {
  return `
import { appendFileSync, existsSync } from "node:fs";
const path = (name) => ${JSON.stringify(folder)} + "/" + name;
export async function* odd(rows) {
  appendFileSync(path("starts"), "x");
  while (existsSync(path("hold"))) await new Promise((resolve) => setTimeout(resolve, 50));
  const all = [];
  for await (const row of rows) if (row.i % 2 === 1) all.push(row);
  if (existsSync(path("broken"))) throw new TypeError("nothing is odd");
  all.reverse();
  for (const [index, row] of all.entries()) yield { ...row, place: index + 1 };
}
`;
}

interface Scenario {
  readonly setUp: SetUp;
  /** Writes the rows, of which each has one of these numbers. */
  readonly writeRows: (count: number) => void;
  readonly path: (name: string) => string;
  readonly starts: () => number;
  readonly leaf: (name: string) => readonly unknown[];
}

function scenarioIn(setUp: SetUp): Scenario {
  const path = (name: string): string => join(setUp.folder, name);
  writeFileSync(path("best.yaml"), definition);
  writeFileSync(path("all.mjs"), functionsIn(setUp.folder));
  return {
    setUp,
    path,
    writeRows: (count) => {
      const ids = Array.from({ length: count }, (_, index) => index + 1);
      writeFileSync(path("rows.jsonl"), ids.map((i) => `${JSON.stringify({ i })}\n`).join(""));
    },
    starts: () => (existsSync(path("starts")) ? readFileSync(path("starts"), "utf8").length : 0),
    leaf: (name) => {
      const folder = join(setUp.dataFolder, "output", "best");
      const files = readdirSync(folder).filter((file) => file.endsWith(`-${name}.jsonl`));
      const text = readFileSync(join(folder, files.sort().at(-1) ?? "none"), "utf8");
      const lines = text.split("\n").slice(0, -1);
      return lines.map((line): unknown => JSON.parse(line));
    },
  };
}

function answered(i: number): string {
  return `answer to #${i}`;
}

test(
  "a global step joins two segments; a kill repeats it alone, and its failure fails the run by name",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server, ostinato } = await crashScenario({ latencyMs: 50 });
    const { writeRows, path, starts, leaf } = scenarioIn(setUp);
    const run = async (): Promise<CliResult> =>
      ostinato("pipeline", "run", "best.yaml", "-mq", "6000");
    const callsOf = async (work: () => Promise<void>): Promise<number> => {
      const { calls } = await server.stats();
      await work();
      return (await server.stats()).calls - calls;
    };

    // A kill while the global step runs.
    writeRows(8);
    writeFileSync(path("hold"), "");
    const command = stack.start("pipeline", "run", "best.yaml", "-mq", "6000");
    await waitUntil(() => starts() === 1, { what: "the global step", timeoutMs: 120_000 });
    await crash({ stack, name: "best", command }, "worker");
    rmSync(path("hold"));
    const first = await resultOf(command);
    expect(first, describeResult(first)).toMatchObject({ code: 0 });
    expect(starts()).toBe(2);
    const ids = (await server.calls()).map(({ id }) => id).sort((a, b) => a - b);
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 101, 103, 105, 107]);
    expect(leaf("only")).toEqual(
      [7, 5, 3, 1].map((i, index) => ({
        i,
        place: index + 1,
        answer: answered(i),
        score: answered(i + 100),
      })),
    );
    expect(leaf("beside")).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((i) => ({ i, answer: answered(i) })),
    );
    const status = lastJson(await ostinato("status", "best", "--json"));
    expect(status).toMatchObject({
      state: "finished",
      records: 12,
      completed: 12,
      failed: 0,
      stages: [
        { kind: "main", name: "best", records: 8, completed: 8 },
        { kind: "segment", name: "best-segment-2", records: 4, completed: 4 },
      ],
      steps: [
        { name: "load", done: 8 },
        { name: "ask", done: 8 },
        { name: "beside", done: 8 },
        { name: "odd", done: 4, dropped: 4 },
        { name: "rate", done: 4 },
        { name: "only", done: 4 },
      ],
    });

    // One worker for the other runs: the start of one takes seconds of processor time.
    await stack.startWorker();
    // A failure, behind the call of a new row.
    writeRows(9);
    writeFileSync(path("broken"), "");
    const failing = await callsOf(async () => {
      const failed = await run();
      expect(failed.code, describeResult(failed)).not.toBe(0);
      expect(failed.stderr).toMatch(
        /The global step "odd" \(\.\/all\.mjs#odd\) failed: nothing is odd\n +at odd \(all\.mjs:\d+:\d+\)/,
      );
    });
    expect(failing).toBe(1);

    // The next run asks nothing again: only the new row is rated.
    rmSync(path("broken"));
    const again = await callsOf(async () => {
      const result = await run();
      expect(result, describeResult(result)).toMatchObject({ code: 0 });
    });
    expect(again).toBe(1);
    expect(leaf("only")).toHaveLength(5);

    // A cancel while it runs leaves the rows before it.
    writeFileSync(path("hold"), "");
    const before = starts();
    const cancelled = stack.start("pipeline", "run", "best.yaml", "-mq", "6000");
    await waitUntil(() => starts() > before, { what: "the global step", timeoutMs: 120_000 });
    await ostinato("cancel", "best");
    const end = await resultOf(cancelled);
    expect(leaf("only"), describeResult(end)).toEqual([]);
    expect(leaf("beside")).toHaveLength(9);
    const last = lastJson(await ostinato("status", "best", "--json"));
    expect(last).toMatchObject({ state: "cancelled", completed: 9 });
  },
);
