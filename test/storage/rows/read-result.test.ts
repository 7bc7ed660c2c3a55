import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { readResult } from "../../../src/storage/rows/read-result.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const [first, second] = ["21-11-2026-10-00-00", "21-11-2026-11-00-00"];

interface Left {
  readonly completed: readonly object[];
  readonly leaves?: readonly string[];
  /** @default the run has not finished */
  readonly finishedAt?: number;
}

/** Writes what a run of `name` leaves in its folder. */
function writeRun(output: string, name: string, [stamp, left]: readonly [string, Left]): void {
  const folder = join(output, name);
  const state = join(folder, `.${stamp}`);
  mkdirSync(state, { recursive: true });
  const lines = left.completed.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(join(folder, `${stamp}-completed-${name}.jsonl`), lines);
  if (left.leaves) {
    const kept = { version: 1, definition: {}, columns: {}, functions: {}, leaves: left.leaves };
    writeFileSync(join(state, "pipeline.json"), JSON.stringify(kept));
  }
  if (left.finishedAt === undefined) return;
  const result = { completed: 1, failed: 0, repeatedCalls: 0, finishedAt: left.finishedAt };
  writeFileSync(join(state, "result.json"), JSON.stringify(result));
}

async function rowsOf(output: string, name: string): Promise<readonly JsonObject[]> {
  const rows: JsonObject[] = [];
  for await (const row of readResult({ output }, name)) rows.push(row);
  return rows;
}

function lineWith(leaf: string, row: object): object {
  return { status: "completed", leaves: [{ leaf, row }] };
}

describe("the rows of an earlier result", () => {
  test("are those at the only leaf of the latest finished run", async () => {
    const output = temporaryFolder();
    const old = { completed: [lineWith("last", { a: 1 })], leaves: ["last"], finishedAt: 10 };
    const newer = { ...old, completed: [lineWith("last", { a: 2 })], finishedAt: 20 };
    writeRun(output, "words", [second, old]);
    writeRun(output, "words", [first, newer]);
    writeRun(output, "words", ["21-11-2026-12-00-00", { completed: [], leaves: ["last"] }]);
    expect(await rowsOf(output, "words")).toEqual([{ a: 2 }]);
  });

  test("of an experiment are its completed lines", async () => {
    const output = temporaryFolder();
    const line = { prompt: "hi", status: "completed", response: "ho" };
    writeRun(output, "pilot", [first, { completed: [line], finishedAt: 10 }]);
    expect(await rowsOf(output, "pilot")).toEqual([line]);
  });

  test("are refused where the leaf is not clear, or no run has finished", async () => {
    const output = temporaryFolder();
    writeRun(output, "two", [first, { completed: [], leaves: ["x", "y"], finishedAt: 10 }]);
    await expect(rowsOf(output, "two")).rejects.toThrow("several subsets (x, y)");
    await expect(rowsOf(output, "none")).rejects.toThrow('a finished run of "none"');
  });
});
