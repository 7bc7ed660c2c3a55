import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { identityOf } from "../../../src/local-server/worker/process-identity.js";
import {
  endingWorkers,
  hashSecret,
  liveWorkers,
  noteEnding,
  registerWorker,
  takeDeadWorkers,
} from "../../../src/local-server/worker/worker-files.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

function setUp() {
  const home = temporaryFolder();
  const env = { OSTINATO_HOME: home };
  const registration = {
    env,
    address: "127.0.0.1:7233",
    namespace: "default",
    role: "foreground" as const,
    dataFolder: { path: "/data", identity: "00112233" },
    secrets: { OPENAI_API_KEY: "sk-secret" },
  };
  return { env, registration, folder: join(home, "workers") };
}

describe("registerWorker", () => {
  it("is seen by others until it is taken back", () => {
    const { env, registration, folder } = setUp();
    const unregister = registerWorker(registration);
    const [worker] = liveWorkers(env);
    expect(worker).toMatchObject({
      ...identityOf(process.pid),
      address: "127.0.0.1:7233",
      namespace: "default",
      role: "foreground",
      dataFolder: { path: "/data", identity: "00112233" },
    });
    unregister();
    expect(liveWorkers(env)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keeps of a key only a hash that tells whether another is the same, for its user alone", () => {
    const { env, registration, folder } = setUp();
    registerWorker(registration);
    const path = join(folder, `${process.pid.toString()}.json`);
    expect(readFileSync(path, "utf8")).not.toContain("sk-secret");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const [worker] = liveWorkers(env);
    expect(worker?.keys["OPENAI_API_KEY"]).toBe(hashSecret(worker?.salt ?? "", "sk-secret"));
    expect(worker?.keys["OPENAI_API_KEY"]).not.toBe(hashSecret(worker?.salt ?? "", "sk-other"));
  });

  it("salts each file anew, so that hashes of two workers say nothing together", () => {
    const { env, registration } = setUp();
    registerWorker(registration);
    const first = liveWorkers(env)[0]?.keys;
    registerWorker(registration);
    expect(liveWorkers(env)[0]?.keys).not.toEqual(first);
  });
});

describe("liveWorkers", () => {
  it("forgets workers that died, also where another process has their pid, and broken files", () => {
    const { env, registration, folder } = setUp();
    registerWorker(registration);
    const mine = readFileSync(join(folder, `${process.pid.toString()}.json`), "utf8");
    const other = { ...(JSON.parse(mine) as object), pid: process.ppid, startTime: "long ago" };
    writeFileSync(join(folder, "1000001.json"), JSON.stringify(other));
    writeFileSync(join(folder, "1000002.json"), "{");
    expect(liveWorkers(env).map(({ pid }) => pid)).toEqual([process.pid]);
    expect(readdirSync(folder)).toEqual([`${process.pid.toString()}.json`]);
  });

  it("is empty where no worker ever was", () => {
    expect(liveWorkers({ OSTINATO_HOME: join(temporaryFolder(), "none") })).toEqual([]);
  });
});

describe("takeDeadWorkers", () => {
  it("takes each worker of the folder that certainly died once, and leaves all others", () => {
    const { env, registration, folder } = setUp();
    const dataFolder = { path: temporaryFolder(), identity: "00112233" };
    const here = { ...registration, dataFolder };
    registerWorker({ ...here, name: "live" });
    const path = join(folder, `${process.pid.toString()}.json`);
    const mine = JSON.parse(readFileSync(path, "utf8")) as object;
    const dead = { ...mine, pid: process.ppid, startTime: "long ago" };
    const files = {
      1000001: { ...dead, name: "dead" },
      1000002: { ...dead, name: "of a container with pids of its own", place: "elsewhere" },
      1000003: { ...dead, name: "of another server", address: "127.0.0.1:7299" },
      1000004: {
        ...dead,
        name: "of another folder",
        dataFolder: { ...dataFolder, identity: "44" },
      },
    };
    for (const [pid, file] of Object.entries(files)) {
      writeFileSync(join(folder, `${pid}.json`), JSON.stringify(file));
    }
    expect(takeDeadWorkers(env, here).map(({ name }) => name)).toEqual(["dead"]);
    expect(takeDeadWorkers(env, here)).toEqual([]);
    expect(liveWorkers(env).map(({ name }) => name)).toEqual(["live"]);
  });

  it("finds a dead worker after commands have looked for live ones", () => {
    const { env, registration, folder } = setUp();
    const here = { ...registration, dataFolder: { path: temporaryFolder(), identity: "0011" } };
    registerWorker({ ...here, name: "dead" });
    const path = join(folder, `${process.pid.toString()}.json`);
    const file = { ...(JSON.parse(readFileSync(path, "utf8")) as object), startTime: "long ago" };
    writeFileSync(path, JSON.stringify(file));
    expect(liveWorkers(env)).toEqual([]);
    expect(takeDeadWorkers(env, here)).toHaveLength(1);
  });
});

describe("noteEnding", () => {
  it("takes a worker from those that take work, and says what it waits for", () => {
    const { env, registration } = setUp();
    const unregister = registerWorker(registration);
    expect(endingWorkers(env)).toEqual([]);
    noteEnding(env, { calls: 3, endsByMs: 1_000_300_000 });
    noteEnding(env, { calls: 2, endsByMs: 1_000_300_000 });
    expect(liveWorkers(env)).toEqual([]);
    expect(endingWorkers(env)).toMatchObject([
      { pid: process.pid, role: "foreground", ending: { calls: 2, endsByMs: 1_000_300_000 } },
    ]);
    unregister();
    expect(endingWorkers(env)).toEqual([]);
  });

  it("makes no file for a process that is no worker", () => {
    const { env } = setUp();
    noteEnding(env, { calls: 1, endsByMs: 0 });
    expect(endingWorkers(env)).toEqual([]);
  });
});
