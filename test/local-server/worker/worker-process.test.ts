import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { liveWorkers } from "../../../src/local-server/worker/worker-files.js";
import { endBackgroundWorkers } from "../../../src/local-server/worker/end-workers.js";
import {
  isStartingWorker,
  startWorkerProcess,
} from "../../../src/local-server/worker/worker-process.js";
import type { WorkerStart } from "../../../src/local-server/worker/worker-process.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const idleWorker = fileURLToPath(new URL("../../fixtures/workers/idle-worker.ts", import.meta.url));

function setUp() {
  const home = temporaryFolder();
  const env = { ...process.env, OSTINATO_HOME: home, NODE_OPTIONS: "--import tsx" };
  const start = (more: Partial<WorkerStart> = {}) => {
    const worker = startWorkerProcess({ env, role: "child", script: idleWorker, ...more });
    onTestFinished(async () => {
      await worker.stop();
      await endBackgroundWorkers(env);
    });
    return worker;
  };
  return { home, env, start };
}

const livePids = (env: NodeJS.ProcessEnv) => liveWorkers(env).map(({ pid }) => pid);

describe("a child worker", () => {
  it("is ready when it has registered, gets its arguments, and ends with stop", async () => {
    const { home, env, start } = setUp();
    const worker = start({ args: ["--calls-only"] });
    await worker.ready;
    expect(liveWorkers(env)).toMatchObject([{ pid: worker.pid(), role: "child" }]);
    expect(readFileSync(join(home, "worker.log"), "utf8")).toBe("arguments: --calls-only\n");
    await worker.stop();
    expect(liveWorkers(env)).toEqual([]);
  });

  it("is started again when it dies, and that is told", async () => {
    const { env, start } = setUp();
    const notices: string[] = [];
    const worker = start({ onNotice: (text) => notices.push(text) });
    await worker.ready;
    const first = worker.pid() ?? 0;
    process.kill(first, "SIGKILL");
    await expect.poll(() => livePids(env)).not.toContain(first);
    await expect.poll(() => livePids(env)).toHaveLength(1);
    expect(livePids(env)).toEqual([worker.pid()]);
    expect(notices).toEqual([expect.stringContaining("The worker ended (SIGKILL)")]);
    await worker.stop();
    expect(livePids(env)).toEqual([]);
  });

  it("is known to start for its folder from the launch to its end", async () => {
    const { home, env, start } = setUp();
    const worker = start({ env: { ...env, OSTINATO_DATA_FOLDER: home } });
    expect([home, join(home, "other")].map(isStartingWorker)).toEqual([true, false]);
    await worker.ready;
    await worker.stop();
    expect(isStartingWorker(home)).toBe(false);
  });

  it("ends with its command, even with one that is killed", async () => {
    const { env } = setUp();
    const module = new URL("../../../src/local-server/worker/worker-process.ts", import.meta.url)
      .href;
    const command = spawn(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        `const { startWorkerProcess } = await import(${JSON.stringify(module)});
        startWorkerProcess({ env: process.env, role: "child", script: ${JSON.stringify(idleWorker)} });`,
      ],
      { env, stdio: ["ignore", "inherit", "inherit"] },
    );
    await expect.poll(() => livePids(env)).toHaveLength(1);
    command.kill("SIGKILL");
    await once(command, "exit");
    await expect.poll(() => livePids(env)).toEqual([]);
  });

  it("tells why it could not start, with the last lines of its log, and is not tried again", async () => {
    const { home, start } = setUp();
    const script = join(home, "broken.mjs");
    writeFileSync(script, "console.error('no such namespace'); process.exit(5);");
    const worker = start({ script });
    await expect(worker.ready).rejects.toThrow(
      /^The worker ended with exit code 5\. Its log is .*worker\.log; the last lines:\nno such namespace$/,
    );
  });
});

describe("a background worker", () => {
  it("goes on after the command's stop, until the background workers are ended", async () => {
    const { env, start } = setUp();
    const child = start();
    const worker = start({ role: "background" });
    await Promise.all([child.ready, worker.ready]);
    await worker.stop();
    expect(livePids(env)).toHaveLength(2);
    expect(await endBackgroundWorkers(env)).toBe(1);
    expect(livePids(env)).toEqual([child.pid()]);
    expect(await endBackgroundWorkers(env)).toBe(0);
  });
});
