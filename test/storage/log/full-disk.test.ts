import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

import { OutcomeReader } from "../../../src/storage/log/outcome-reader.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { completedLine } from "../run/prepared-run.js";

const program = fileURLToPath(new URL("append-lines.ts", import.meta.url));
const lineCount = 60;

/** A process whose files may grow to 8 KiB and not a byte more: writes fail as on a full disk. */
function startLimited(directory: string, mode: "wait" | "close"): ChildProcess {
  const command = `ulimit -S -f 8; exec "$0" --import tsx "$1" "$2" "$3" "$4"`;
  const parameters = [process.execPath, program, directory, lineCount.toString(), mode];
  const child = spawn("bash", ["-c", command, ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

interface Printed {
  readonly failing?: string;
  readonly done?: number;
  readonly rejected?: number;
}

async function* printedBy(child: ChildProcess): AsyncGenerator<Printed, void, undefined> {
  let text = "";
  if (!child.stdout) throw new Error("The child's stdout is a pipe.");
  for await (const chunk of child.stdout.setEncoding("utf8") as AsyncIterable<string>) {
    text += chunk;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as Printed;
  }
}

async function nextOf(printed: AsyncGenerator<Printed, void, undefined>): Promise<Printed> {
  const next = await printed.next();
  if (next.done === true) throw new Error("The program ended before it said so.");
  return next.value;
}

function logLinesIn(directory: string): string[] {
  const name = readdirSync(directory).find((each) => each.endsWith(".jsonl"));
  return readFileSync(join(directory, name ?? ""), "utf8").split("\n");
}

test("on a full disk lines wait in memory, and all are there in order once there is room", async () => {
  const directory = temporaryFolder();
  const child = startLimited(directory, "wait");
  const printed = printedBy(child);
  expect((await nextOf(printed)).failing).toContain("EFBIG");

  const whileFull = logLinesIn(directory);
  expect(whileFull.at(-1)).toBe("");
  expect(whileFull.length - 1).toBeGreaterThan(0);
  expect(whileFull.length - 1).toBeLessThan(lineCount);

  execFileSync("prlimit", ["--pid", String(child.pid), "--fsize=unlimited:unlimited"]);
  expect(await nextOf(printed)).toEqual({ done: lineCount });
  await once(child, "exit");

  const lines = logLinesIn(directory);
  expect(lines.pop()).toBe("");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
    Array.from({ length: lineCount }, (_, position) => completedLine(position)),
  );
  const reader = new OutcomeReader(directory, "all", lineCount);
  await reader.refresh();
  expect(reader.table.counts()).toEqual({ completed: lineCount, failed: 0 });
  expect(reader.table.repeatedCalls()).toBe(0);
});

test("a writer that is closed on a full disk tries once more and gives up", async () => {
  const directory = temporaryFolder();
  const child = startLimited(directory, "close");
  const printed = printedBy(child);
  expect((await nextOf(printed)).failing).toContain("EFBIG");
  const end = await nextOf(printed);
  await once(child, "exit");
  const kept = logLinesIn(directory).length - 1;
  expect(end).toEqual({ done: kept, rejected: lineCount - kept });
});
