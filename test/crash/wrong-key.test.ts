import { appendFile, readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { rightKey } from "../../bench/lib/bench.js";
import { describeResult, lastJson } from "../../bench/lib/cli-process.js";
import { readCompleted, soundResult, waitForCompleted } from "../../bench/lib/completed-file.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { writeAccess } from "../../bench/lib/set-up.js";
import { crashScenario } from "../helpers/crash-scenario.js";
import type { CrashScenario } from "../helpers/crash-scenario.js";

const wrongKey = "sk-wrong-9876543210";

test(
  "a wrong key costs at most 40 calls at 600 a minute, waits, goes on after repair and resume, and holds up no other model",
  { timeout: 300_000 },
  async () => {
    const records = 120;
    const scenario = await crashScenario({ latencyMs: 100, clientKey: wrongKey });
    const { setUp, stack, server, ostinato } = scenario;
    await stack.startServer();
    await stack.startWorker();
    const input = await writeInput(setUp, { name: "refused", records });
    const refused = await ostinato("run", input, "-mq", "600");
    expect(refused, describeResult(refused)).toMatchObject({ code: 3 });
    expect(refused.stderr).toContain("ostinato resume refused");
    await sleep(3_000);
    const before = (await server.stats()).calls;
    expect(before).toBeLessThanOrEqual(40);
    const status = lastJson(await ostinato("status", "refused", "--json"));
    expect(status).toMatchObject({ state: "blocked", blocked: [{ target: "openai/counting-1" }] });
    await writeAccess(setUp, { baseUrl: server.baseUrl, key: rightKey });
    expect(await ostinato("resume", "refused")).toMatchObject({ code: 0 });
    const followed = await ostinato("follow", "refused");
    expect(followed, describeResult(followed)).toMatchObject({ code: 0 });
    const path = await waitForCompleted(setUp, "refused", 1_000);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
    expect((await server.stats()).calls).toBe(before + records);
    for (const { stdout, stderr } of [refused, followed]) {
      expect(stdout + stderr).not.toContain(wrongKey);
    }
    await refuseOneModel(scenario);
  },
);

/** A model with a wrong key beside one with the right key. */
async function refuseOneModel({ setUp, server, ostinato }: CrashScenario): Promise<void> {
  const each = 40;
  const before = (await server.calls()).length;
  await appendFile(setUp.envFile, `OPENAI_API_KEY_refused=${wrongKey}\n`);
  const good = await writeInput(setUp, { name: "good", records: each });
  const bad = await writeInput(setUp, {
    name: "mixed",
    records: each,
    firstId: 1_000,
    model: "refused",
  });
  await writeFile(bad, (await readFile(bad, "utf8")) + (await readFile(good, "utf8")));
  const run = await ostinato("run", bad, "-mq", "1200");
  expect(run, describeResult(run)).toMatchObject({ code: 3 });
  const calls = (await server.calls()).slice(before);
  expect(calls.filter(({ status }) => status === 200).map(({ id }) => id)).toHaveLength(each);
  expect(calls.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(each);
  expect(calls.every(({ id, status }) => (id < 1_000 ? status === 200 : status === 401))).toBe(
    true,
  );
}
