import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { withLock } from "../../../src/local-server/home/exclusive-lock.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

describe("withLock", () => {
  it("lets one caller in at a time, and leaves nothing behind", async () => {
    const folder = temporaryFolder();
    const lock = { path: join(folder, "one.lock") };
    let inside = 0;
    let most = 0;
    const results = await Promise.all(
      [1, 2, 3, 4].map((caller) =>
        withLock(lock, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await sleep(20);
          inside -= 1;
          return caller;
        }),
      ),
    );
    expect(results).toEqual([1, 2, 3, 4]);
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is given back when the work fails", async () => {
    const lock = { path: join(temporaryFolder(), "one.lock") };
    await expect(withLock(lock, () => Promise.reject(new Error("broken")))).rejects.toThrow(
      "broken",
    );
    expect(await withLock(lock, () => Promise.resolve("mine"))).toBe("mine");
  });

  it("makes callers wait for another process, says so once, and goes on when that is killed", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "one.lock");
    const holder = spawn(
      process.execPath,
      [
        "--import",
        "tsx",
        "--input-type=module",
        "-e",
        `
      const { withLock } = await import(${JSON.stringify(new URL("../../../src/local-server/home/exclusive-lock.ts", import.meta.url).href)});
      await withLock({ path: ${JSON.stringify(path)} }, async () => {
        process.stdout.write("held");
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });
    `,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    await once(holder.stdout, "data");
    let waits = 0;
    let entered = false;
    const waiting = withLock({ path, onWait: () => (waits += 1) }, async () => {
      entered = true;
      return Promise.resolve();
    });
    await expect.poll(() => waits).toBe(1);
    await sleep(300);
    expect({ entered, waits }).toEqual({ entered: false, waits: 1 });
    holder.kill("SIGKILL");
    await waiting;
    expect({ entered, waits }).toEqual({ entered: true, waits: 1 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    [
      "was given to another process",
      JSON.stringify({ pid: process.pid, startTime: "long ago", token: "x" }),
    ],
    ["was left empty by a power cut", ""],
  ])("is taken from a holder whose file %s, by one of many", async (_, content) => {
    const folder = temporaryFolder();
    const path = join(folder, "one.lock");
    writeFileSync(path, content);
    let inside = 0;
    const most: number[] = [];
    await Promise.all(
      [1, 2, 3, 4, 5].map(() =>
        withLock({ path }, async () => {
          inside += 1;
          most.push(inside);
          await sleep(5);
          inside -= 1;
        }),
      ),
    );
    expect(most).toEqual([1, 1, 1, 1, 1]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
