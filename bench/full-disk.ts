import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bench } from "./lib/bench.js";
import type { BenchContext } from "./lib/bench.js";
import { resultOf } from "./lib/cli-process.js";
import { readCompleted, waitForCompleted } from "./lib/completed-file.js";
import { experimentStatus } from "./lib/experiment-status.js";
import { atLeast, atMost, exactly } from "./lib/figures.js";
import type { Figure } from "./lib/figures.js";
import { writeInput } from "./lib/input-file.js";
import { callsBetween, countRepeats } from "./lib/measure.js";
import { soundFigures } from "./lib/sound-figures.js";
import { now } from "./lib/wait-until.js";

const records = 400;
const rate = 600;

await bench({
  name: "full-disk",
  conditions:
    "400 prompts at 600 a minute, calls of 500 ms; the data folder is a tmpfs of 16 MB (mounted by root), filled after " +
    "10 s and given room again 15 s later.",
  behaviour: { latencyMs: 500 },
  async measure(context) {
    const { dataFolder } = context.setUp;
    mkdirSync(dataFolder);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", dataFolder]);
    try {
      return await measureFull(context);
    } finally {
      await context.stack.endAll();
      execFileSync("umount", [dataFolder]);
    }
  },
});

async function measureFull({
  setUp,
  stack,
  server,
  say,
}: BenchContext): Promise<readonly Figure[]> {
  await stack.startServerAndWorker();
  const input = await writeInput(setUp, { name: "full", records });
  const run = stack.start("run", input, "-mq", rate.toString());
  await sleep(10_000);
  const filler = join(setUp.dataFolder, "filler");
  fill(filler);
  const fullAt = now();
  say("disk full");
  await sleep(5_000);
  const { problems } = await experimentStatus(setUp, "full");
  say(`status: ${problems.join("; ")}`);
  await sleep(10_000);
  const repairedAt = now();
  rmSync(filler);
  say("room again");
  const { code } = await resultOf(run);
  const calls = await server.calls();
  const file = await readCompleted(await waitForCompleted(setUp, "full", 10_000), { records });
  const late = callsBetween(calls, fullAt + 3_000, repairedAt).length;
  return [
    atLeast({ what: "problems that `status` tells", measured: problems.length }, 1),
    atMost({ what: "calls more than 3 s after the disk was full", measured: late }, 0),
    exactly({ what: "repeated calls", measured: countRepeats(calls) }, 0),
    exactly({ what: "exit code of the run, which went on by itself", measured: code ?? -1 }, 0),
    ...soundFigures(file, records),
  ];
}

/** Uses all remaining space, to the last byte. */
function fill(path: string): void {
  for (let bytes = 1_048_576; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    while (hasRoomFor(path, bytes));
  }
}

function hasRoomFor(path: string, bytes: number): boolean {
  try {
    appendFileSync(path, Buffer.alloc(bytes));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    return false;
  }
}
