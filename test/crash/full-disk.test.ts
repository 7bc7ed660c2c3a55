import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { describeResult, resultOf } from "../../bench/lib/cli-process.js";
import { readCompleted, soundResult, waitForCompleted } from "../../bench/lib/completed-file.js";
import { waitForStatus } from "../../bench/lib/experiment-status.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { countRepeats } from "../../bench/lib/measure.js";
import { workerPids } from "../../bench/lib/own-processes.js";
import type { SetUp } from "../../bench/lib/set-up.js";
import { callsReach, crashScenario } from "../helpers/crash-scenario.js";

const records = 100;
const name = "full";

/**
 * No file of the process may grow beyond this, as on a disk that is full: a write that crosses the
 * border is cut there, the next one fails. Any user may do it to processes of his own, and take it
 * back.
 */
function limitFileSize(pid: number, bytes: number | "unlimited"): void {
  execFileSync("prlimit", ["--pid", pid.toString(), `--fsize=${bytes}:`]);
}

function logSize(setUp: SetUp): number {
  const folder = join(setUp.dataFolder, "output", name);
  const logs = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.startsWith(".") && file.endsWith(".jsonl"),
  );
  return Math.max(...logs.map((file) => statSync(join(folder, file)).size));
}

test.each([
  { worker: "of `ostinato worker`", isApart: true },
  { worker: "of the run, whose own log is on that disk too,", isApart: false },
])(
  "a full disk stops the sending, is told by `status`, and costs the worker $worker neither answer nor call",
  { timeout: 300_000 },
  async ({ isApart }) => {
    const { setUp, stack, server, ostinato } = await crashScenario({ latencyMs: 500 });
    if (isApart) await stack.startServerAndWorker();
    const input = await writeInput(setUp, { name, records });
    const run = stack.start("run", input, "-mq", "600");
    await callsReach(server, 20);
    const [worker = 0] = workerPids(setUp);
    limitFileSize(worker, logSize(setUp) + 100);
    const { problems } = await waitForStatus(
      ostinato,
      name,
      (status) => status.problems.length > 0,
    );
    expect(problems.join(" ")).toMatch(/EFBIG|too large|full|space|log/i);
    await sleep(2_500);
    const whileFull = (await server.stats()).calls;
    await sleep(2_000);
    expect((await server.stats()).calls).toBe(whileFull);
    expect(whileFull).toBeLessThan(records);
    limitFileSize(worker, "unlimited");
    const result = await resultOf(run);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const path = await waitForCompleted(setUp, name, 1_000);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
    expect(countRepeats(await server.calls())).toBe(0);
  },
);
