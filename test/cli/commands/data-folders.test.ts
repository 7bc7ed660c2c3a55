import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { describeResult } from "../../../bench/lib/cli-process.js";
import { workerPids } from "../../../bench/lib/own-processes.js";
import { sharedCli, testRecords } from "../../helpers/cli-set-up.js";

/** A worker that serves the folder `data`. */
const cli = sharedCli({ withWorker: true });

/**
 * The processes that sent the records of a run, by the names of their outcome logs:
 * `all.<host>-<pid>-<start>.jsonl`.
 */
function sendersOf(completedFile: string): number[] {
  const folder = dirname(completedFile);
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).flatMap((file) => {
    const [, pid] = /\/all\..+-(\d+)-[^-]+\.jsonl$/.exec(file) ?? [];
    return pid === undefined ? [] : [Number(pid)];
  });
}

test(
  "a worker takes the work of its own data folder and of no other",
  { timeout: 240_000 },
  async () => {
    const [served] = workerPids(cli.setUp);
    const file = cli.write("mine.jsonl", testRecords(3, { latency_ms: 1 }));
    const mine = await cli.ostinato("run", file, "-mq", "6000");
    expect(mine, describeResult(mine)).toMatchObject({ code: 0 });
    expect(sendersOf(mine.stdout.trim())).toEqual([served]);

    const other = await cli.ostinato(
      "run",
      file,
      "-mq",
      "6000",
      "--name",
      "other",
      "-d",
      "elsewhere",
    );
    expect(other, describeResult(other)).toMatchObject({ code: 0 });
    const [sender, ...more] = sendersOf(other.stdout.trim());
    expect(more).toEqual([]);
    expect(sender).not.toBe(served);
    // It was started by `run` and has ended with it.
    expect(workerPids(cli.setUp)).toEqual([served]);
  },
);

test("a worker whose data folder is missing takes no work, says so and makes no folder", async () => {
  const missing = join(cli.setUp.folder, "not-mounted");
  const { code, stderr } = await cli.ostinatoProcess("worker", "--data-folder", "not-mounted");
  expect(stderr).toContain(
    `The data folder "${missing}" is not on this machine, so this worker takes no work.`,
  );
  expect(code).toBe(2);
  expect(existsSync(missing)).toBe(false);
});

test(
  "an experiment whose data folder is away waits for it, and goes on when it is back",
  { timeout: 240_000 },
  async () => {
    const folder = join(cli.setUp.folder, "mount");
    const file = cli.write("away.jsonl", testRecords(6, { latency_ms: 10 }));
    // At two calls a minute it runs until the rate is changed.
    const running = cli.stack.start("run", file, "-mq", "2", "-d", "mount");
    await expect.poll(() => running.stderr(), { timeout: 60_000 }).toContain("away: running");
    running.kill("SIGINT");
    await running.exited;
    renameSync(folder, join(cli.setUp.folder, "unmounted"));

    const away = await cli.ostinato("follow", "away");
    expect(away.stderr).toContain(
      `The data folder "${folder}" is not on this machine, so no worker was started.`,
    );
    expect(away.code).toBe(2);
    expect(existsSync(folder)).toBe(false);

    mkdirSync(folder);
    const empty = await cli.ostinato("follow", "away");
    expect(empty.stderr).toContain(`The data folder "${folder}" has no .ostinato-folder.json, so`);
    expect(empty.code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);

    renameSync(folder, join(cli.setUp.folder, "empty"));
    renameSync(join(cli.setUp.folder, "unmounted"), folder);
    // No worker serves the folder now, so the change waits for the next one.
    expect(await cli.ostinato("change", "away", "-mq", "6000")).toMatchObject({ code: 5 });
    const back = await cli.ostinato("follow", "away");
    expect(back, describeResult(back)).toMatchObject({ code: 0 });
    expect(readFileSync(back.stdout.trim(), "utf8").trim().split("\n")).toHaveLength(6);
  },
);
