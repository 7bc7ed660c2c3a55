import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { settleVersions } from "../../../src/client/worker/settle-versions.js";
import { queuesOfFolder } from "../../../src/domain/experiment/ids.js";
import { connect, UserError } from "../../../src/index.js";
import type { Ostinato } from "../../../src/index.js";
import { installedBuild } from "../../../src/local-server/worker/worker-build.js";
import { liveWorkers } from "../../../src/local-server/worker/worker-files.js";
import type { WorkerFile } from "../../../src/local-server/worker/worker-files.js";
import { startTestServer } from "../../helpers/local-server.js";
import type { TestServer } from "../../helpers/local-server.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { workflowTypes } from "../../../workflows/messages.js";

const idleWorker = fileURLToPath(new URL("../../fixtures/workers/idle-worker.ts", import.meta.url));
/** As idle-worker.ts has it. */
const identity = "0011";

let server: TestServer;
let ostinato: Ostinato;

beforeAll(async () => {
  server = await startTestServer();
  ostinato = await connect({ env: server.env, startServer: false });
}, 300_000);

afterAll(async () => {
  await ostinato.close();
  await server.stop();
});

/** A set-up of its own with a worker that has these facts in its file. */
async function workerWith(facts: Partial<WorkerFile>): Promise<Ostinato> {
  const home = temporaryFolder();
  const env = { ...server.env, OSTINATO_HOME: home };
  const child = spawn(process.execPath, ["--import", "tsx", idleWorker], {
    env: { ...env, OSTINATO_WORKER_ROLE: "background" },
    stdio: "ignore",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const path = join(home, "workers", `${String(child.pid)}.json`);
  await expect.poll(() => liveWorkers(env).length, { timeout: 30_000 }).toBe(1);
  const file = JSON.parse(readFileSync(path, "utf8")) as WorkerFile;
  mkdirSync(join(home, "workers"), { recursive: true });
  writeFileSync(path, JSON.stringify({ ...file, address: ostinato.address, ...facts }));
  return { ...ostinato, env };
}

test("a worker's file names its version and build, and one of the same build stays", async () => {
  const there = await workerWith({});
  await settleVersions(there, identity);
  expect(liveWorkers(there.env)).toMatchObject([installedBuild()]);
  expect(installedBuild()).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    build: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
  });
});

test("an idle background worker of another build is ended, to be replaced", async () => {
  const there = await workerWith({ build: "0123456789ab" });
  await settleVersions(there, identity);
  expect(liveWorkers(there.env)).toEqual([]);
});

test("a worker that only warms up is idle", async () => {
  const there = await workerWith({ build: "0123456789ab" });
  const { workflow } = ostinato.client;
  const handle = await workflow.start(workflowTypes.warmUp, {
    workflowId: "warm-up/idle",
    taskQueue: queuesOfFolder(identity).main,
    args: [],
  });
  onTestFinished(async () => {
    await handle.terminate();
  });
  const open = async (): Promise<number> => (await workflow.count("WorkflowType = 'warmUp'")).count;
  await expect.poll(open).toBe(1);
  await settleVersions(there, identity);
  expect(liveWorkers(there.env)).toEqual([]);
});

test("a background worker of another version that has work is left alone, and a start refused", async () => {
  const there = await workerWith({ version: "0.0.9", build: "0123456789ab" });
  const { workflow } = ostinato.client;
  const handle = await workflow.start("runExperiment", {
    workflowId: "experiment/busy",
    taskQueue: queuesOfFolder(identity).main,
    args: [],
  });
  onTestFinished(async () => {
    await handle.terminate();
  });
  const query = `TaskQueue = '${queuesOfFolder(identity).main}' AND WorkflowType = 'runExperiment'`;
  await expect.poll(async () => (await workflow.count(query)).count).toBe(1);
  const [worker] = liveWorkers(there.env);
  const refused = settleVersions(there, identity);
  await expect(refused).rejects.toBeInstanceOf(UserError);
  await expect(refused).rejects.toThrow(
    `The background worker with pid ${String(worker?.pid)} serves /data with Ostinato 0.0.9 (build 0123456789ab), and this command is ${installedBuild().version} (build ${installedBuild().build}). Experiments of that folder are running. Wait for their end, or end the worker with \`ostinato down\`: they continue with the next worker.`,
  );
  expect(liveWorkers(there.env)).toHaveLength(1);
});

test("a worker that somebody keeps in the foreground is never ended", async () => {
  const there = await workerWith({ role: "foreground", build: "0123456789ab" });
  await expect(settleVersions(there, identity)).rejects.toThrow(/end the worker with `kill \d+`/);
  expect(liveWorkers(there.env)).toHaveLength(1);
});

test("a worker of another data folder is no matter", async () => {
  const there = await workerWith({ build: "0123456789ab" });
  await settleVersions(there, "2233");
  expect(liveWorkers(there.env)).toHaveLength(1);
});
