import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { describeResult, lastJson, resultOf } from "../../bench/lib/cli-process.js";
import { readCompleted, soundResult, waitForCompleted } from "../../bench/lib/completed-file.js";
import { writeInput } from "../../bench/lib/input-file.js";
import { waitUntil } from "../../bench/lib/wait-until.js";
import { sharedCli } from "../helpers/cli-set-up.js";
import { startInterruptedApi } from "../helpers/interrupted-api.js";
import type { InterruptedApi } from "../helpers/interrupted-api.js";

const cli = sharedCli({ withWorker: true });

/** An API and the arguments of a run against it, at a limit of its own. */
async function scenario(
  name: string,
  records: number,
  statusOf?: (id: number, atMs: number) => number,
): Promise<{ readonly api: InterruptedApi; readonly args: readonly string[] }> {
  const api = await startInterruptedApi(statusOf);
  onTestFinished(api.closePort);
  const envFile = api.writeEnvFile(cli.setUp.folder);
  const input = await writeInput(cli.setUp, { name, records, model: name });
  return { api, args: ["run", input, "--env-file", envFile] };
}

async function slowdownsOf(name: string): Promise<readonly unknown[]> {
  const status = lastJson(await cli.ostinato("status", name, "--json"));
  // The shape that `status --json` has.
  return (status as { readonly slowdowns: readonly unknown[] }).slowdowns;
}

function idsOf({ calls }: InterruptedApi, status: number): number[] {
  return calls.filter((call) => call.status === status).map(({ id }) => id);
}

test(
  "an API that nobody can reach for a while costs no record, and no call twice",
  { timeout: 300_000 },
  async () => {
    const records = 120;
    const { api, args } = await scenario("away", records);
    // 20 a second: 6 s without the outage.
    const command = cli.stack.start(...args, "-mq", "1200", "--max-attempts", "2");
    await waitUntil(() => api.calls.length >= 40, { what: "40 calls", timeoutMs: 120_000 });
    await api.closePort();
    const closedAt = Date.now();
    await waitUntil(async () => (await slowdownsOf("away")).length > 0, {
      what: "the outage in the status",
      timeoutMs: 120_000,
    });
    expect(await slowdownsOf("away")).toEqual([
      expect.objectContaining({ kind: "unreachable", host: api.host }),
    ]);
    const { stdout: status } = await cli.ostinato("status", "away");
    expect(status).toContain(`slowed   ${api.host} unreachable since `);
    expect(status).toContain("ECONNREFUSED");
    const { stdout: limits } = await cli.ostinato("limits");
    expect(limits).toMatch(/unreachable since [\d:]+, (next try|trying now)/);
    await sleep(Math.max(0, closedAt + 8_000 - Date.now()));
    const reopenedAt = Date.now();
    await api.openPort();
    const result = await resultOf(command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    expect(result.stderr).toContain(`${api.host} has been unreachable since `);
    expect(result.stderr).toMatch(/\d+ calls met a 429 or an outage and used no attempt/);
    expect(await slowdownsOf("away")).toEqual([]);
    const path = await waitForCompleted(cli.setUp, "away", 1_000);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
    // Calls whose connection was cut in the middle are made again; none that was answered.
    const after = api.calls.filter(({ at }) => at >= reopenedAt);
    expect(new Set(after.map(({ id }) => id)).size).toBe(after.length);
    // The distance of the tries grows with the outage, by 15 % of it. The rest takes 4 s at the
    // normal rate, and minutes at the rate of the tries.
    expect(after[0]!.at - reopenedAt).toBeLessThan(6_000 + (reopenedAt - closedAt));
    expect(after.at(-1)!.at - after[0]!.at).toBeLessThan(30_000);
    // 20 a second, and those that a busy machine holds up. A burst would be some 80.
    const perSecond = after.map(
      ({ at }) => after.filter((other) => other.at >= at && other.at < at + 1_000).length,
    );
    expect(Math.max(...perSecond)).toBeLessThanOrEqual(40);
  },
);

test(
  "a record that alone gets 500 fails after its attempts, while others pass",
  { timeout: 300_000 },
  async () => {
    const { api, args } = await scenario("alone", 40, (id) => (id === 5 ? 500 : 200));
    const result = await resultOf(cli.stack.start(...args, "-mq", "600", "--max-attempts", "3"));
    expect(result, describeResult(result)).toMatchObject({ code: 1 });
    expect(idsOf(api, 500)).toEqual([5, 5, 5]);
    expect(new Set(idsOf(api, 200)).size).toBe(39);
    expect(api.calls).toHaveLength(42);
  },
);

test(
  "an outage of one host holds the records of its model alone, and they go on together",
  { timeout: 300_000 },
  async () => {
    const there = await startInterruptedApi();
    const away = await startInterruptedApi();
    onTestFinished(there.closePort);
    onTestFinished(away.closePort);
    const records = 80;
    const lines = Array.from({ length: records }, (_, id) => ({
      id,
      api: "openai",
      model_name: id % 2 === 0 ? "there" : "away",
      prompt: id % 4 === 3 ? [`#${id} One`, `#${id} Two`] : `#${id} One`,
    }));
    const input = cli.write("hosts.jsonl", lines);
    const envFile = cli.write(
      "hosts.env",
      [
        "OPENAI_API_KEY=any",
        `OPENAI_BASE_URL_there=http://${there.host}/v1`,
        `OPENAI_BASE_URL_away=http://${away.host}/v1`,
      ].join("\n"),
    );
    const command = cli.stack.start(
      ...["run", input, "--env-file", envFile, "-mq", "1200", "--max-attempts", "2"],
    );
    await waitUntil(() => away.calls.length >= 10, { what: "10 calls", timeoutMs: 120_000 });
    await away.closePort();
    const closedAt = Date.now();
    await waitUntil(() => there.calls.length === records / 2, {
      what: "all calls to the other host",
      timeoutMs: 120_000,
    });
    await sleep(6_000);
    const reopenedAt = Date.now();
    await away.openPort();
    const result = await resultOf(command);
    expect(result, describeResult(result)).toMatchObject({ code: 0 });
    const after = away.calls.filter(({ at }) => at >= reopenedAt);
    expect(after[0]!.at - reopenedAt).toBeLessThan(6_000 + (reopenedAt - closedAt));
    // Some 50 calls at 20 a second, chats one turn after the other.
    expect(after.at(-1)!.at - after[0]!.at).toBeLessThan(30_000);
    const path = await waitForCompleted(cli.setUp, "hosts", 1_000);
    expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
    expect(new Set(idsOf(there, 200)).size).toBe(records / 2);
    expect(there.calls).toHaveLength(records / 2);
  },
);

test("an API that says 429 without a time costs no record", { timeout: 300_000 }, async () => {
  const records = 80;
  const { args } = await scenario("refusing", records, bucket({ perSecond: 10, burst: 3 }));
  const result = await resultOf(cli.stack.start(...args, "-mq", "6000"));
  expect(result, describeResult(result)).toMatchObject({ code: 0 });
  const path = await waitForCompleted(cli.setUp, "refusing", 1_000);
  expect(await readCompleted(path, { records })).toEqual(soundResult(path, records));
});

/** Holds a few calls, and fills at a rate. */
function bucket({ perSecond, burst }: { perSecond: number; burst: number }) {
  let left = burst;
  let lastMs = 0;
  return (_id: number, atMs: number): number => {
    left = Math.min(burst, left + ((atMs - lastMs) * perSecond) / 1_000);
    lastMs = atMs;
    if (left < 1) return 429;
    left -= 1;
    return 200;
  };
}
