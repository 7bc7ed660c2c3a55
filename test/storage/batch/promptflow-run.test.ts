import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { openPromptflowRun, promptflowRows } from "../../../src/storage/batch/promptflow-run.js";
import type { PromptflowLine } from "../../../src/storage/batch/promptflow-run.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

/** promptflow 1.18.5 wrote this run; only its traces are shortened. */
const folder = fileURLToPath(new URL("../../fixtures/promptflow-run/parity-run", import.meta.url));

async function linesOf(path: string): Promise<readonly PromptflowLine[]> {
  const lines: PromptflowLine[] = [];
  for await (const line of (await openPromptflowRun(path)).lines()) lines.push(line);
  return lines;
}

async function all(rows: AsyncIterable<JsonObject>): Promise<readonly JsonObject[]> {
  const list: JsonObject[] = [];
  for await (const row of rows) list.push(row);
  return list;
}

describe("a run folder of promptflow", () => {
  test("has its name, metrics and flow", async () => {
    const { name, metrics, snapshot } = await openPromptflowRun(folder);
    expect({ name, metrics, snapshot }).toEqual({
      name: "parity-run",
      metrics: { accuracy: 0.6666666666666666 },
      snapshot: join(folder, "snapshot"),
    });
  });

  test("has lines with inputs, outputs, nodes, tokens and times by number", async () => {
    const lines = await linesOf(folder);
    expect(lines.map(({ number }) => number)).toEqual([0, 1, 2, 3]);
    expect(lines[0]).toEqual({
      number: 0,
      inputs: { x: 2, truth: "even" },
      end: {
        status: "completed",
        output: { parity: "even" },
        nodes: { parity: "completed" },
        kept: { parity: "even" },
      },
      tokens: { input: 12, output: 3 },
      startedAt: Date.UTC(2026, 10, 28, 20, 56, 9, 15),
      endedAt: Date.UTC(2026, 10, 28, 20, 56, 9, 42),
    });
  });

  test("has failed lines with the exception of their node", async () => {
    const [, failed] = await linesOf(folder);
    expect(failed?.end).toEqual({
      status: "failed",
      nodes: { parity: "failed" },
      error: {
        type: "ValueError",
        message: "Execution failure in 'parity': (ValueError) three is refused",
        node: "parity",
        isUserError: true,
        trace: expect.stringContaining('raise ValueError("three is refused")'),
      },
    });
  });

  test("is a source of inputs and outputs", async () => {
    const { inputs, outputs } = promptflowRows(folder);
    expect(await all(inputs())).toEqual([
      { x: 2, truth: "even", line_number: 0 },
      { x: 3, truth: "even", line_number: 1 },
      { x: 5, truth: "even", line_number: 2 },
      { x: 8, truth: "even", line_number: 3 },
    ]);
    expect(await all(outputs())).toEqual([
      { parity: "even", line_number: 0 },
      { parity: "odd", line_number: 2 },
      { parity: "even", line_number: 3 },
    ]);
  });

  test("may lack what an interrupted run has not written, and have NaN as a metric", async () => {
    const partial = join(temporaryFolder(), "partial");
    cpSync(folder, partial, { recursive: true });
    for (const name of ["node_artifacts", "snapshot", "flow_outputs"]) {
      rmSync(join(partial, name), { recursive: true });
    }
    rmSync(join(partial, "flow_artifacts/000000002_000000002.jsonl"));
    writeFileSync(join(partial, "metrics.json"), '{"accuracy": NaN}');
    const run = await openPromptflowRun(partial);
    expect(run).toMatchObject({ name: "partial", metrics: { accuracy: null } });
    expect(run.snapshot).toBeUndefined();
    const lines = await linesOf(partial);
    expect(lines.map(({ number }) => number)).toEqual([0, 1, 3]);
    expect(lines[0]?.end).toEqual({ status: "completed", output: { parity: "even" }, nodes: {} });
  });

  test("is refused if it is another folder, and if a record is broken", async () => {
    const other = temporaryFolder();
    await expect(openPromptflowRun(other)).rejects.toThrow("Expected a run folder of promptflow");
    const broken = join(other, "broken");
    cpSync(folder, broken, { recursive: true });
    writeFileSync(join(broken, "flow_artifacts/000000003_000000003.jsonl"), '{"line_number": 3');
    await expect(linesOf(broken)).rejects.toThrow(
      '000000003_000000003.jsonl", line 1: Expected JSON',
    );
  });
});
