import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

import type { PrepareExperimentInput } from "../../../src/domain/experiment/experiment.js";
import { inputOf, recordLine } from "./prepared-run.js";

const program = fileURLToPath(new URL("run-whole.ts", import.meta.url));
const count = 2000;

function start(input: PrepareExperimentInput): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", program, JSON.stringify(input)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await once(child, "close");
  return text;
}

test("a run that is killed again and again ends with each record once", async () => {
  const padding = "x".repeat(500);
  const input = inputOf(Array.from({ length: count }, (_, id) => recordLine(id, { padding })));
  const before = readFileSync(input.inputPath, "utf8");
  let kills = 0;
  // Each kill comes a little later than the one before, so that all steps are met.
  for (const afterMs of [5, 15, 30, 45, 60, 90, 130, 180, 250]) {
    const child = start(input);
    const output = outputOf(child);
    await once(child.stdout ?? child, "data");
    await sleep(afterMs);
    child.kill("SIGKILL");
    if (!(await output).includes("done")) kills += 1;
  }
  expect(await outputOf(start(input))).toContain("done");
  expect(kills).toBeGreaterThan(3);

  const folder = join(input.settings.dataFolder, "output", "pilot");
  const files = readdirSync(folder).filter((name) => !name.startsWith("."));
  const [completed, moved, log] = files.sort((a, b) => a.slice(20).localeCompare(b.slice(20)));
  expect(files).toHaveLength(3);
  expect(log).toMatch(/-log-pilot\.txt$/);
  expect(existsSync(input.inputPath)).toBe(false);
  expect(readFileSync(join(folder, moved ?? ""), "utf8")).toBe(before);
  const lines = readFileSync(join(folder, completed ?? ""), "utf8")
    .trimEnd()
    .split("\n");
  const answers = lines.map((line) => {
    const { id, response } = JSON.parse(line) as Record<string, unknown>;
    return [id, response];
  });
  expect(answers).toEqual(
    Array.from({ length: count }, (_, id) => [id, `answer to "p${id.toString()}"`]),
  );
}, 180_000);
