import { renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeResult } from "../../../bench/lib/cli-process.js";
import { sharedCli, testRecords } from "../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

const quick = { raise_error: "no", latency_ms: 20 };
const fast = ["-mq", "6000"];

/** What reads a run's files, and the command's other arguments. */
const readers = [
  ["results"],
  ["why", "0"],
  ["retry-failed"],
  ["score", "--scorers", "match"],
  ["compare", "--by", "model"],
] as const;

/** Runs a command on a name, and expects a refusal that names the missing path. */
async function isRefused([command, ...others]: readonly string[], name: string): Promise<void> {
  const result = await cli.ostinato(command ?? "", name, ...others);
  expect(result, describeResult(result)).toMatchObject({ code: 2 });
  expect(result.stderr.replaceAll(/\s+/g, " ")).toMatch(/" is missing/);
}

describe("a run whose folder was moved", () => {
  test("is told so by all commands that read it, after its end", { timeout: 120_000 }, async () => {
    const ran = await cli.ostinato("run", cli.write("ended.jsonl", testRecords(3, quick)), ...fast);
    expect(ran, describeResult(ran)).toMatchObject({ code: 0 });
    const folder = dirname(ran.stdout.trim());
    renameSync(folder, `${folder}-elsewhere`);
    for (const reader of readers) await isRefused(reader, "ended");
    for (const command of ["status", "follow"]) {
      const shown = await cli.ostinato(command, "ended");
      expect(shown, describeResult(shown)).toMatchObject({ code: 0 });
      const text = `${shown.stdout}${shown.stderr}`.replaceAll(/\s+/g, " ");
      expect(text).toContain(`"${ran.stdout.trim()}" is missing: it was moved or deleted.`);
    }
    renameSync(`${folder}-elsewhere`, folder);
    expect(await cli.ostinato("results", "ended")).toMatchObject({ code: 0 });
  });

  test("is told so while it runs", { timeout: 120_000 }, async () => {
    const file = cli.write("running.jsonl", testRecords(300, quick));
    const started = await cli.ostinato("run", file, "--detach", "-mq", "60");
    expect(started, describeResult(started)).toMatchObject({ code: 0 });
    const folder = join(cli.setUp.dataFolder, "output", "running");
    const results = async (): Promise<string> => (await cli.ostinato("results", "running")).stdout;
    await expect.poll(results).toContain('"status": "completed"');
    renameSync(folder, `${folder}-elsewhere`);
    await isRefused(["results"], "running");
    await isRefused(["why", "0"], "running");
    expect(await cli.ostinato("cancel", "running")).toMatchObject({ code: 0 });
  });
});

test("a completed file that was moved is named", { timeout: 120_000 }, async () => {
  const ran = await cli.ostinato("run", cli.write("taken.jsonl", testRecords(3, quick)), ...fast);
  const completed = ran.stdout.trim();
  renameSync(completed, join(cli.setUp.folder, "taken-away.jsonl"));
  await isRefused(["score", "--scorers", "match"], "taken");
  const shown = await cli.ostinato("status", "taken");
  expect(shown, describeResult(shown)).toMatchObject({ code: 0 });
  expect(shown.stdout).toContain(JSON.stringify(completed));
  // The answers are still in the log.
  const results = await cli.ostinato("results", "taken");
  expect(results.stdout.split("\n").filter((line) => line !== "")).toHaveLength(3);
});
