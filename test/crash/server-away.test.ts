import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { runCliWell } from "../../bench/lib/cli-process.js";
import { readCompleted, soundResult, waitForCompleted } from "../../bench/lib/completed-file.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { countRepeats, inFlightAt } from "../../bench/lib/measure.js";
import { now } from "../../bench/lib/wait-until.js";
import { callsReach, crashScenario } from "../helpers/crash-scenario.js";

const records = 50;

test(
  "a server that is away for longer than a heartbeat may be late makes a living worker repeat no call",
  { timeout: 300_000 },
  async () => {
    const { setUp, stack, server } = await crashScenario({ latencyMs: 15_000 });
    await stack.startServerAndWorker();
    const input = await writeInput(setUp, { name: "away", records });
    await runCliWell(setUp, ["run", input, "-mq", "600", "--detach"]);
    await callsReach(server, 30);
    const killedAt = now();
    stack.killServer();
    await sleep(12_000);
    await stack.restartServer();
    const path = await waitForCompleted(setUp, "away", 120_000);
    const calls = await server.calls();
    expect(inFlightAt(calls, killedAt)).toBeGreaterThanOrEqual(30);
    expect(countRepeats(calls)).toBe(0);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
  },
);
