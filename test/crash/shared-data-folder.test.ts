import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { rightKey } from "../../bench/lib/bench.js";
import type { CliProcess } from "../../bench/lib/cli-process.js";
import { describeResult, resultOf, startCli } from "../../bench/lib/cli-process.js";
import { readCompleted, soundResult, waitForCompleted } from "../../bench/lib/completed-file.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { countRepeats } from "../../bench/lib/measure.js";
import { killWorkers, workerPids } from "../../bench/lib/own-processes.js";
import type { SetUp } from "../../bench/lib/set-up.js";
import { now, waitUntil } from "../../bench/lib/wait-until.js";
import { callsReach, crashScenario, mayRepeat } from "../helpers/crash-scenario.js";

const records = 90;
const name = "shared";

interface Machine {
  readonly setUp: SetUp;
  readonly worker: CliProcess;
}

/**
 * A worker that shares nothing with `main` but the data folder and the Temporal server: not its
 * home, folder or keys.
 */
async function otherMachine(main: SetUp, title: string, baseUrl: string): Promise<Machine> {
  const folder = join(main.folder, title);
  mkdirSync(folder);
  const env = {
    ...main.env,
    OSTINATO_HOME: join(folder, "home"),
    OSTINATO_DATA_FOLDER: main.dataFolder,
    TEMPORAL_ADDRESS: `127.0.0.1:${main.port.toString()}`,
    OPENAI_API_KEY: rightKey,
    OPENAI_BASE_URL: baseUrl,
  };
  const setUp = { ...main, folder, home: env.OSTINATO_HOME, env };
  const worker = startCli(setUp, ["worker"]);
  onTestFinished(async () => {
    worker.kill("SIGKILL");
    await worker.exited;
    killWorkers(setUp);
  });
  await waitUntil(() => workerPids(setUp).length === 1, {
    what: `the worker of ${title}`,
    timeoutMs: 120_000,
  });
  return { setUp, worker };
}

test(
  "workers of two machines share a run by the data folder alone, and one goes on when the other dies",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 400 });
    await stack.startServer();
    const first = await otherMachine(setUp, "first", server.baseUrl);
    const second = await otherMachine(setUp, "second", server.baseUrl);
    const input = await writeInput(setUp, { name, records });
    // Workers elsewhere don't have the environment file of the one who starts.
    rmSync(setUp.envFile);
    const keys = { OPENAI_API_KEY: rightKey, OPENAI_BASE_URL: server.baseUrl };
    const started = await resultOf(startCli(setUp, ["run", input, "-mq", "300", "--detach"], keys));
    expect(started, describeResult(started)).toMatchObject({ code: 0 });
    expect(workerPids(setUp)).toEqual([]);

    await callsReach(server, records / 3);
    await waitUntil(() => sendersOf(setUp).length === 2, {
      what: "answers of both workers",
      timeoutMs: 120_000,
    });
    const killedAt = now();
    second.worker.kill("SIGKILL");
    killWorkers(second.setUp);

    const path = await waitForCompleted(setUp, name, 120_000);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
    expect(workerPids(first.setUp)).toHaveLength(1);
    const calls = await server.calls();
    expect(countRepeats(calls)).toBeLessThanOrEqual(mayRepeat(calls, killedAt));
  },
);

/** Each process that sends has an outcome log of its own in the run's folder. */
function sendersOf(setUp: SetUp): string[] {
  const output = join(setUp.dataFolder, "output", name);
  return readdirSync(output, { recursive: true, encoding: "utf8" }).filter((file) =>
    /^\..*\/all\.[^/]+\.jsonl$/.test(file),
  );
}
