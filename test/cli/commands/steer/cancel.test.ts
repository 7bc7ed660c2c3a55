import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { describeResult } from "../../../../bench/lib/cli-process.js";
import { sharedCli, testRecords } from "../../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

test(
  "one cancel ends an experiment whose preparation fails again and again, and gives its input back",
  { timeout: 120_000 },
  async () => {
    const file = cli.write("stuck.jsonl", testRecords(2, { raise_error: "no", latency_ms: 20 }));
    // A file stands where the run's folder should be made.
    const blocking = join(cli.setUp.dataFolder, "output", "stuck");
    mkdirSync(dirname(blocking), { recursive: true });
    writeFileSync(blocking, "");
    const started = await cli.ostinato("run", file, "--detach", "--move-to-input");
    expect(started, describeResult(started)).toMatchObject({ code: 0 });
    const path = join(cli.setUp.folder, file);
    expect(existsSync(path)).toBe(false);
    const status = async (): Promise<string> => (await cli.ostinato("status", "stuck")).stdout;
    await expect.poll(status).toContain("The preparation is tried again: EEXIST");
    const cancelled = await cli.ostinato("cancel", "stuck");
    expect(cancelled, describeResult(cancelled)).toMatchObject({ code: 0 });
    expect(cancelled.stderr).toContain("stuck has ended. Its preparation had failed");
    expect(existsSync(path)).toBe(true);
    await expect
      .poll(status)
      .toContain("Cancelled before it was prepared. Its preparation failed: EEXIST");
    rmSync(blocking);
    const again = await cli.ostinato("run", file, "-mq", "6000");
    expect(again, describeResult(again)).toMatchObject({ code: 0 });
  },
);
