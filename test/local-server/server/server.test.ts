import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { isListening } from "../../../src/local-server/server/ports.js";
import { identityOf } from "../../../src/local-server/worker/process-identity.js";
import {
  findLocalServer,
  startLocalServer,
  stopLocalServer,
} from "../../../src/local-server/server/server.js";
import { ServerUnavailableError } from "../../../src/local-server/server/server-unavailable-error.js";
import { ownServer, writeServerState } from "../../../src/local-server/server/server-state.js";
import { freePort } from "../../helpers/free-port.js";
import { temporalCliForTests } from "../../helpers/temporal-cli.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { writeProgram } from "../../helpers/write-program.js";

const stateStart = { startTime: "long ago", startedAt: 0, prepared: true };

async function setUp() {
  const home = temporaryFolder();
  const port = await freePort();
  const env = { ...process.env, OSTINATO_HOME: home, OSTINATO_TEMPORAL_PORT: port.toString() };
  onTestFinished(async () => {
    await stopLocalServer({ env });
  });
  return { home, port, env };
}

async function listenOn(port: number): Promise<void> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
}

/** Answers as the Temporal CLI does, and runs the real one as its server. */
async function cliOfVersion(path: string, version: string): Promise<string> {
  const real = (await temporalCliForTests()).path;
  return writeProgram(
    path,
    `[ "$1" = --version ] && { echo "temporal version 1 (Server ${version}, UI 2)"; exit; }`,
    `exec "${real}" "$@"`,
  );
}

describe("startLocalServer", () => {
  it("starts a server with its Web UI that is left running and found by the next", async () => {
    const { home, port, env } = await setUp();
    const started: string[] = [];
    const onStarted = (address: string) => Promise.resolve(void started.push(address));
    const address = `127.0.0.1:${port.toString()}`;

    const server = await startLocalServer({ env, onStarted });
    expect(server).toMatchObject({ address, port, ours: true, started: true });
    expect(server.webUi).toBe(`http://127.0.0.1:${(port + 1_000).toString()}`);
    await expectWebUi(server.webUi);
    expect(existsSync(join(home, `temporal-${server.version ?? ""}.db-wal`))).toBe(true);

    expect(await startLocalServer({ env, onStarted })).toEqual({ ...server, started: false });
    expect({ ...(await findLocalServer(env)), started: true }).toEqual(server);
    expect(started).toEqual([address]);
  });

  it("makes one server of two starts at once", async () => {
    const { env } = await setUp();
    const servers = await Promise.all([startLocalServer({ env }), startLocalServer({ env })]);
    expect(servers.map(({ started }) => started).sort()).toEqual([false, true]);
    expect(servers[0].pid).toBe(servers[1].pid);
  });

  it("gives up at once on a server that dies while it is prepared", async () => {
    const { env } = await setUp();
    const onStarted = async () => {
      const { pid } = ownServer(env) ?? expect.fail("no server");
      process.kill(pid, "SIGKILL");
      await new Promise(() => undefined);
    };
    const start = startLocalServer({ env, onStarted });
    await expect(start).rejects.toThrow(ServerUnavailableError);
    await expect.poll(() => findLocalServer(env)).toBeUndefined();
    expect(await startLocalServer({ env })).toMatchObject({ ours: true, started: true });
  });

  it("goes on with its database after a kill -9", async () => {
    const { env } = await setUp();
    const first = await startLocalServer({ env });
    const namespace = await defaultNamespaceId(first.webUi);
    process.kill(first.pid ?? 0, "SIGKILL");
    await expect.poll(() => findLocalServer(env)).toBeUndefined();
    const second = await startLocalServer({ env });
    expect(second).toMatchObject({ started: true, port: first.port });
    expect(second.pid).not.toBe(first.pid);
    expect(await defaultNamespaceId(second.webUi)).toBe(namespace);
  });

  it("does once more what is to be done after a start, if that failed", async () => {
    const { env } = await setUp();
    const failing = () => Promise.reject(new Error("no answer"));
    await expect(startLocalServer({ env, onStarted: failing })).rejects.toThrow("no answer");
    let calls = 0;
    const server = await startLocalServer({
      env,
      onStarted: () => Promise.resolve(void (calls += 1)),
    });
    expect(calls).toBe(1);
    expect(server.started).toBe(false);
  });

  it("uses whatever listens on its port, and looks for no CLI then", async () => {
    const { port, env } = await setUp();
    await listenOn(port);
    const cli = { path: "/nowhere/temporal", serverVersion: "1.29.1" };
    expect(await startLocalServer({ env, cli })).toEqual({
      address: `127.0.0.1:${port.toString()}`,
      port,
      ours: false,
      started: false,
    });
  });

  it("takes another port for the Web UI where that is taken", async () => {
    const { port, env } = await setUp();
    await listenOn(port + 1_000);
    const server = await startLocalServer({ env });
    expect(server.uiPort).not.toBe(port + 1_000);
    await expectWebUi(server.webUi);
  });

  it("says why a server ended at once, with the last lines of its log", async () => {
    const { home, env } = await setUp();
    const path = writeProgram(join(home, "temporal"), "echo unable to open database >&2", "exit 3");
    const start = startLocalServer({ env, cli: { path, serverVersion: "1.29.1" } });
    const error: unknown = await start.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServerUnavailableError);
    expect(String(error)).toContain("it ended with exit code 3");
    expect(String(error)).toContain("unable to open database");
  });

  it("hands the server none of the shell's keys", async () => {
    const { home, env } = await setUp();
    const path = writeProgram(join(home, "temporal"), "env", "exit 3");
    const cli = { path, serverVersion: "1.29.1" };
    await startLocalServer({ env: { ...env, OPENAI_API_KEY: "sk-secret" }, cli }).catch(
      () => undefined,
    );
    const log = readFileSync(join(home, "temporal-server.log"), "utf8");
    expect(log).toContain("PATH=");
    expect(log).not.toContain("sk-secret");
  });

  it("refuses a second server on the same database with another port", async () => {
    const { env } = await setUp();
    const server = await startLocalServer({ env });
    const other = { ...env, OSTINATO_TEMPORAL_PORT: (await freePort()).toString() };
    await expect(startLocalServer({ env: other })).rejects.toThrow(
      `Set \`OSTINATO_TEMPORAL_PORT\` to ${server.port.toString()}`,
    );
  });

  it("begins its log anew when that has grown large", async () => {
    const { home, env } = await setUp();
    const log = join(home, "temporal-server.log");
    writeFileSync(log, "x".repeat(10_000_001));
    await startLocalServer({ env });
    expect(readFileSync(log).length).toBeLessThan(1_000_000);
  });
});

describe("a database of an older server version", () => {
  async function withOlder() {
    const { home, port, env } = await setUp();
    const older = await cliOfVersion(join(home, "cli-old", "temporal"), "1.28.0");
    const newer = await cliOfVersion(join(home, "cli-new", "temporal"), "1.29.1");
    await startLocalServer({ env, cli: { path: older, serverVersion: "1.28.0" } });
    await stopLocalServer({ env });
    const texts: string[] = [];
    const start = {
      env,
      cli: { path: newer, serverVersion: "1.29.1" },
      onProgress: ({ text }: { text: string }) => void texts.push(text),
    };
    return { home, port, older, start, texts };
  }

  it("keeps its server while experiments run in it, and says so", async () => {
    const { port, start, texts } = await withOlder();
    const asked: string[] = [];
    const hasOpenExperiments = (address: string) => {
      asked.push(address);
      return Promise.resolve(true);
    };
    const server = await startLocalServer({ ...start, hasOpenExperiments });
    expect(server).toMatchObject({ version: "1.28.0", started: true });
    expect(asked).toEqual([`127.0.0.1:${port.toString()}`]);
    expect(texts).toEqual([
      expect.stringContaining("Temporal server 1.28.0, so that version continues to run"),
    ]);
  });

  it("gives way to the new one when no experiment runs in it", async () => {
    const { start } = await withOlder();
    const server = await startLocalServer({
      ...start,
      hasOpenExperiments: () => Promise.resolve(false),
    });
    expect(server).toMatchObject({ version: "1.29.1", started: true });
  });

  it("gives way to the new one when its CLI is another version by now, and says where the experiments are", async () => {
    const { home, older, start, texts } = await withOlder();
    await cliOfVersion(older, "1.29.1");
    const server = await startLocalServer(start);
    expect(server.version).toBe("1.29.1");
    expect(texts[0]).toContain(join(home, "temporal-1.28.0.db"));
  });
});

describe("stopLocalServer", () => {
  it("ends the server that it started, and then has nothing to end", async () => {
    const { env } = await setUp();
    const { pid } = await startLocalServer({ env });
    expect(await stopLocalServer({ env })).toBe("stopped");
    expect(identityOf(pid ?? 0)).toBeUndefined();
    expect(await stopLocalServer({ env })).toBe("not-running");
  });

  it("never ends a server that it did not start", async () => {
    const { port, env } = await setUp();
    await listenOn(port);
    expect(await stopLocalServer({ env })).toBe("not-ours");
    expect(await isListening(port)).toBe(true);
  });

  it("never ends a process that was given the pid of its server", async () => {
    const { home, port, env } = await setUp();
    mkdirSync(home, { recursive: true });
    // This very process: if the pid alone counted, the test would end here.
    const state = { ...stateStart, pid: process.pid, port, uiPort: port + 1_000 };
    writeServerState(env, { ...state, version: "1.29.1", cli: "/nowhere/temporal" });
    expect(await stopLocalServer({ env })).toBe("not-running");
    expect(await findLocalServer(env)).toBeUndefined();
  });
});

/** It comes a little later than the server. */
async function expectWebUi(webUi: string | undefined): Promise<void> {
  const ask = async (): Promise<number> => {
    const response = await fetch(`${webUi ?? ""}/api/v1/settings`).catch(() => undefined);
    return response?.status ?? 0;
  };
  await expect.poll(ask).toBe(200);
}

/**
 * Made with the database, so that another database has another. A server that has just started
 * answers a little later.
 */
async function defaultNamespaceId(webUi: string | undefined): Promise<string> {
  let id = "";
  await expect
    .poll(
      async () => {
        const response = await fetch(`${webUi ?? ""}/api/v1/namespaces/default`);
        const body = (await response.json()) as { namespaceInfo?: { id: string } };
        id = body.namespaceInfo?.id ?? "";
        return id;
      },
      { timeout: 20_000 },
    )
    .not.toBe("");
  return id;
}
