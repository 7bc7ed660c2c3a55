import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "@temporalio/client";
import { channelArgsFor } from "../../src/client/connection/channel-args.js";
import { dynamicConfigFlags } from "../../src/local-server/server/dynamic-config.js";
import { isListening } from "../../src/local-server/server/ports.js";
import { temporalCliForTests } from "./temporal-cli.js";

/** A Temporal server for one test file. It ends with the test process, even if that is killed. */
export interface TestServer {
  readonly address: string;
  readonly port: number;
  /** A separate `OSTINATO_HOME` and this server's port, for child processes of a test. */
  readonly env: NodeJS.ProcessEnv;
  /** `kill -9`. */
  readonly kill: () => Promise<void>;
  /** Restarts it on its port after `kill`. With a file database it keeps its data. */
  readonly restart: () => Promise<void>;
  /** Stops it and removes its folder. */
  readonly stop: () => Promise<void>;
}

export interface TestServerSettings {
  /** @default "memory" */
  readonly database?: "memory" | "file";
  /** Settings such as `limit.historyCount.suggestContinueAsNew: 50`. */
  readonly dynamicConfig?: Readonly<Record<string, unknown>>;
}

/** The start takes a second of processor time, which a busy machine spreads over many. */
const startTimeoutMs = 60_000;

export async function startTestServer(settings: TestServerSettings = {}): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), "ostinato-server-"));
  const port = await freePort();
  const args = await serverCommand(settings, { home, port });
  let server = await launch(args, port);
  const kill = async (): Promise<void> => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    if (server.exitCode === null && server.signalCode === null) {
      server.stdin?.end();
      await ended;
    }
  };
  return {
    address: `127.0.0.1:${port.toString()}`,
    port,
    env: { ...process.env, OSTINATO_HOME: home, OSTINATO_TEMPORAL_PORT: port.toString() },
    kill,
    restart: async () => {
      server = await launch(args, port);
    },
    stop: async () => {
      await kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A free port of 127.0.0.1 whose Web UI port is free too. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const probe = createServer();
      probe.on("error", reject);
      probe.listen(0, "127.0.0.1", () => {
        const taken = (probe.address() as AddressInfo).port;
        probe.close(() => {
          resolve(taken);
        });
      });
    });
    if (port <= 64_535 && !(await isListening(port + 1_000))) return port;
  }
}

async function serverCommand(
  { database, dynamicConfig }: TestServerSettings,
  { home, port }: { readonly home: string; readonly port: number },
): Promise<readonly string[]> {
  const file =
    database === "file"
      ? [
          ...["--db-filename", join(home, "temporal.db")],
          ...["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal"],
        ]
      : [];
  return [
    (await temporalCliForTests()).path,
    ...["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", port.toString()],
    ...["--log-level", "error", ...file, ...dynamicConfigFlags(dynamicConfig)],
  ];
}

/** The shell kills the server when its stdin closes: at `kill`, or with this process. */
async function launch(command: readonly string[], port: number): Promise<ChildProcess> {
  const script =
    '"$@" & server=$!; exec 2>/dev/null; read -r line; kill -9 "$server"; wait "$server"';
  const shell = spawn("sh", ["-c", script, "sh", ...command], {
    stdio: ["pipe", "ignore", "inherit"],
    detached: true,
  });
  try {
    await untilItServes(port);
  } catch (cause) {
    shell.stdin.end();
    throw new Error(`The Temporal server on port ${port.toString()} did not start in time.`, {
      cause,
    });
  }
  return shell;
}

/** The server accepts connections before it answers, and answers before its namespace exists. */
async function untilItServes(port: number): Promise<void> {
  const end = Date.now() + startTimeoutMs;
  while (!(await isListening(port))) {
    if (Date.now() > end) throw new Error("It does not listen.");
    await sleep(25);
  }
  const address = `127.0.0.1:${port.toString()}`;
  const connection = await Connection.connect({
    address,
    channelArgs: channelArgsFor(address),
    connectTimeout: Math.max(1_000, end - Date.now()),
  });
  try {
    for (;;) {
      const found = await connection.workflowService
        .describeNamespace({ namespace: "default" })
        .then(
          () => true,
          (error: unknown) => {
            if (Date.now() > end) throw error;
            return false;
          },
        );
      if (found) return;
      await sleep(25);
    }
  } finally {
    await connection.close();
  }
}
