import { mkdirSync, renameSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { readCompleted, soundResult, waitForCompleted } from "../../bench/lib/completed-file.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { countRepeats } from "../../bench/lib/measure.js";
import { waitUntil } from "../../bench/lib/wait-until.js";
import { callsReach, crashScenario } from "../helpers/crash-scenario.js";

const records = 60;
const name = "mounted";

test(
  "a data folder whose mount is lost under a worker is named by status, and work goes on when it is back",
  { timeout: 300_000 },
  async () => {
    const { setUp, server, ostinato } = await crashScenario({ latencyMs: 300 });
    const input = await writeInput(setUp, { name, records });
    await ostinato("run", input, "-mq", "300", "--detach");
    await callsReach(server, 10);
    const away = `${setUp.dataFolder}-away`;
    renameSync(setUp.dataFolder, away);
    mkdirSync(setUp.dataFolder);
    await waitUntil(
      async () => {
        const { stdout } = await ostinato("status", name, "--json");
        return /is not there on .* Mount or restore it/.test(stdout);
      },
      { what: "the lost folder in the status", timeoutMs: 120_000, everyMs: 1_000 },
    );
    rmSync(setUp.dataFolder, { recursive: true });
    renameSync(away, setUp.dataFolder);
    const path = await waitForCompleted(setUp, name, 120_000);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
    expect(countRepeats(await server.calls())).toBe(0);
  },
);
