import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { resultOf } from "../../../../bench/lib/cli-process.js";
import { waitUntil } from "../../../../bench/lib/wait-until.js";
import { sharedCli, testRecords } from "../../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

/** Drops a file of records, or of this text, into the input folder of a data folder. */
function drop(dataFolder: string, name: string, content: readonly object[] | string): void {
  const input = join(cli.setUp.folder, dataFolder, "input");
  mkdirSync(input, { recursive: true });
  renameSync(join(cli.setUp.folder, cli.write(name, content)), join(input, name));
}

async function statusOf(dataFolder: string): Promise<Record<string, unknown>> {
  const result = await cli.ostinato("watch", "status", "-d", dataFolder, "--json");
  return JSON.parse(result.stdout) as Record<string, unknown>;
}

describe("ostinato watch", { timeout: 120_000 }, () => {
  test("--once runs what is there, CSV too, and exits with the worst of it", async () => {
    drop(
      "once",
      "table.csv",
      "id,api,model_name,prompt,parameters-latency_ms\n1,test,parrot,Hi,10\n",
    );
    drop("once", "lines.jsonl", testRecords(3, { latency_ms: 10 }));
    drop("once", "broken.jsonl", "{bad\n");
    const result = await cli.ostinato("watch", "--once", "-d", "once", "-mq", "6000");
    expect(result).toMatchObject({ code: 2 });
    expect(result.stderr).toMatch(/table\.csv has started: 1 record, about /);
    expect(result.stderr).toMatch(/lines finished: 3 completed, none failed in /);
    expect(result.stderr).toContain("broken.jsonl was set aside: Found an invalid line");
    expect(result.stderr).toContain("has ended: 2 experiments have ended; 1 file was set aside.");
    const files = result.stdout.trim().split("\n");
    expect(
      files.map((file) => readFileSync(file, "utf8").trim().split("\n").length).sort(),
    ).toEqual([1, 3]);
    expect(readdirSync(join(cli.setUp.folder, "once/input/rejected")).sort()).toEqual([
      "broken.error.txt",
      "broken.jsonl",
    ]);
    const again = await cli.ostinato("watch", "--once", "-d", "once", "-mq", "6000", "--json");
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('{"type":"summary","state":"ended","started":0');
  });

  test("--once exits with 1 where records failed, and counts the experiments", async () => {
    drop("failing", "half.jsonl", [
      ...testRecords(1, { latency_ms: 10 }),
      ...testRecords(1, { raise_error: "yes" }),
    ]);
    const result = await cli.ostinato("watch", "--once", "-d", "failing", "-mq", "6000");
    expect(result).toMatchObject({ code: 1 });
    expect(result.stderr).toContain("half finished: 1 completed, 1 failed");
    expect(readFileSync(result.stdout.trim(), "utf8").trim().split("\n")).toHaveLength(2);
  });

  test("--once exits with 3 where all that is left waits for a person, and with 1 once that is cancelled", async () => {
    drop("locked", "locked.jsonl", testRecords(2, { status: 401 }));
    const result = await cli.ostinato("watch", "--once", "-d", "locked", "-mq", "6000");
    expect(result).toMatchObject({ code: 3, stdout: "" });
    expect(result.stderr).toContain("`ostinato watch follow --data-folder ");
    // The worker of `--once` ended with it, and that of the other tests serves another folder.
    cli.stack.start("worker", "-d", "locked");
    await vi.waitFor(
      async () => {
        expect(await statusOf("locked")).toMatchObject({
          state: "watching",
          running: [{ name: "locked", status: { state: "blocked" } }],
        });
      },
      { timeout: 60_000, interval: 500 },
    );
    expect(await cli.ostinato("cancel", "locked")).toMatchObject({ code: 0 });
    const followed = await cli.ostinato("watch", "follow", "-d", "locked");
    expect(followed).toMatchObject({ code: 1 });
    expect(followed.stderr).toContain("has ended: 1 experiment has ended, 1 of them ");
  });

  test("is one watch for a folder, which can be steered from anywhere", async () => {
    const first = cli.stack.start("watch", "-d", "steered", "-mq", "6000");
    await waitUntil(() => first.stderr().includes("Watching "), {
      what: "the watch",
      timeoutMs: 60_000,
    });
    const other = await cli.ostinato("watch", "-d", "steered", "-mq", "60");
    expect(other).toMatchObject({ code: 2, stdout: "" });
    expect(other.stderr).toContain("`ostinato watch stop`");
    const folder = join(cli.setUp.folder, "steered");
    const second = cli.stack.start("watch", "-d", folder, "-mq", "6000", "--json");
    await waitUntil(() => second.stderr().includes("is already watched; following it"), {
      what: "the second",
      timeoutMs: 60_000,
    });
    // It shows what happens after the first answer of the worker.
    await waitUntil(() => second.stdout().includes('"workerAnswers":true'), {
      what: "an answer for the second",
      timeoutMs: 60_000,
    });
    // The first one says that it watches before its worker has asked for work.
    await waitUntil(
      async () => (await cli.ostinato("watch", "pause", "-d", "steered")).code === 0,
      { what: "a worker that takes the pause", timeoutMs: 60_000 },
    );
    drop("steered", "late.jsonl", testRecords(2, { latency_ms: 10 }));
    await waitUntil(
      async () => {
        const { state, waiting } = await statusOf("steered");
        return state === "paused" && (waiting as { count: number }).count === 1;
      },
      { what: "a waiting file", timeoutMs: 60_000, everyMs: 500 },
    );
    expect(await cli.ostinato("watch", "resume", "-d", "steered")).toMatchObject({ code: 0 });
    await waitUntil(() => second.stdout().includes("-completed-late.jsonl"), {
      what: "its end",
      timeoutMs: 60_000,
    });
    expect(await cli.ostinato("watch", "stop", "-d", "steered")).toMatchObject({ code: 0 });
    for (const command of [first, second]) {
      const { code, stdout, stderr } = await resultOf(command);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout).toContain("-completed-late.jsonl");
      expect(stderr).toContain("has ended: 1 experiment has ended.");
    }
    const again = await cli.ostinato("watch", "stop", "-d", "steered");
    expect(again).toMatchObject({ code: 2 });
    expect(again.stderr).toContain("is not watched. Start with `ostinato watch`");
    expect(await statusOf("steered")).toMatchObject({ state: "ended", counts: { ended: 1 } });
  });

  test.each([
    ["an action that there isn't", ["watch", "stpo"], "(Did you mean stop?)"],
    ["a folder that nobody watches", ["watch", "status", "-d", "nobody"], "is not watched"],
    ["no experiment at once", ["watch", "--concurrent", "0"], "whole number above 0"],
  ])("refuses %s", async (_title, given, message) => {
    const result = await cli.ostinato(...given);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain(message);
  });
});
