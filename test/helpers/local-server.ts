import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "@temporalio/client";
import { channelArgsFor } from "../../src/client/connection/channel-args.js";
import { defined } from "../../src/domain/defined.js";
import { dynamicConfigFlags } from "../../src/local-server/server/dynamic-config.js";
import { freePort } from "./free-port.js";
import { temporalCliForTests } from "./temporal-cli.js";

/** A Temporal server for one test file. It ends with the test process, even if that is killed. */
export interface TestServer {
  readonly address: string;
  readonly port: number;
  /** A separate `OSTINATO_HOME` and this server's port, for child processes of a test. */
  readonly env: NodeJS.ProcessEnv;
  /** `kill -9`. */
  readonly kill: () => Promise<void>;
  /**
   * Restarts it on its port after `kill`. With a file database it keeps its data.
   *
   * @param dynamicConfig @default the settings that it started with
   */
  readonly restart: (dynamicConfig?: TestServerSettings["dynamicConfig"]) => Promise<void>;
  /** Stops it and removes its folder. */
  readonly stop: () => Promise<void>;
}

interface ServerIdentity {
  readonly port: number;
  readonly namespace: string;
}

class ServerEndedError extends Error {
  constructor(port: number) {
    super(`The Temporal server on port ${port.toString()} ended while it started.`);
  }
}

export interface TestServerSettings {
  /** @default "memory" */
  readonly database?: "memory" | "file";
  /** Settings such as `limit.historyCount.suggestContinueAsNew: 50`. */
  readonly dynamicConfig?: Readonly<Record<string, unknown>>;
}

/** The start takes a second of processor time, which a busy machine spreads over many. */
const startTimeoutMs = 60_000;
const answerTimeoutMs = 5_000;

/** Another process may take the port, or one that the server chose for itself, before it does. */
const mostStarts = 5;

export async function startTestServer(settings: TestServerSettings = {}): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), "ostinato-server-"));
  const { port, start, server: first } = await startOnFreePort(settings, home);
  let server = first;
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
    restart: async (dynamicConfig = settings.dynamicConfig) => {
      server = await start({ ...settings, ...defined({ dynamicConfig }) });
    },
    stop: async () => {
      await kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function startOnFreePort(settings: TestServerSettings, home: string) {
  for (let left = mostStarts; ; left -= 1) {
    const port = await freePort();
    // It tells this server from one that was faster to take the port.
    const namespace = `test-${randomUUID()}`;
    const start = async (given: TestServerSettings): Promise<ChildProcess> => {
      const command = await serverCommand(given, { home, port, namespace });
      return launch(command, { port, namespace });
    };
    try {
      return { port, start, server: await start(settings) };
    } catch (error) {
      if (!(error instanceof ServerEndedError) || left === 1) throw error;
    }
  }
}

async function serverCommand(
  { database, dynamicConfig }: TestServerSettings,
  { home, port, namespace }: { readonly home: string } & ServerIdentity,
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
    ...["--namespace", namespace, "--log-level", "error"],
    ...[...file, ...dynamicConfigFlags(dynamicConfig)],
  ];
}

/** The shell kills the server when its stdin closes: at `kill`, or with this process. */
async function launch(
  command: readonly string[],
  { port, namespace }: ServerIdentity,
): Promise<ChildProcess> {
  const script = [
    'exec 3<&0; "$@" 3<&- & server=$!; exec 2>/dev/null',
    '{ read -r line; kill -9 "$server"; } <&3 & reader=$!',
    'wait "$server"; kill "$reader"',
  ].join("\n");
  const shell = spawn("sh", ["-c", script, "sh", ...command], {
    stdio: ["pipe", "ignore", "inherit"],
    detached: true,
  });
  const address = `127.0.0.1:${port.toString()}`;
  const connection = Connection.lazy({ address, channelArgs: channelArgsFor(address) });
  try {
    const end = Date.now() + startTimeoutMs;
    while (!(await serves(connection, namespace))) {
      if (shell.exitCode !== null) throw new ServerEndedError(port);
      if (Date.now() > end) {
        shell.stdin.end();
        throw new Error(`The Temporal server on port ${port.toString()} did not start in time.`);
      }
      await sleep(25);
    }
  } finally {
    await connection.close();
  }
  return shell;
}

/** The server accepts connections before it answers, and answers before its namespace exists. */
function serves(connection: Connection, namespace: string): Promise<boolean> {
  const describe = () => connection.workflowService.describeNamespace({ namespace });
  return connection.withDeadline(Date.now() + answerTimeoutMs, describe).then(
    () => true,
    () => false,
  );
}
