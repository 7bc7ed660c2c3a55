import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { localPort, ostinatoHome } from "../home/home.js";
import { dynamicConfigFlags } from "./dynamic-config.js";
import { logTail } from "./log-tail.js";
import { openLog } from "./open-log.js";
import type { OpenLog } from "./open-log.js";
import { isListening, loopback, usablePort } from "./ports.js";
import { endProcess, identityOf } from "../worker/process-identity.js";
import { ServerUnavailableError } from "./server-unavailable-error.js";
import { writeServerState } from "./server-state.js";
import type { ServerState } from "./server-state.js";
import type { Environment } from "../../domain/environment.js";

export interface ServerLaunch {
  readonly env: Environment;
  /** Path of the CLI. */
  readonly cli: string;
  /** Version of the server in the CLI. */
  readonly version: string;
}

const startTimeoutMs = 30_000;
const pollMs = 25;
/**
 * Environment variables for the server. It outlives the command that starts it, and needs none of
 * the command's secrets.
 */
const keptVariables = ["HOME", "PATH", "TMPDIR", "LANG", "LC_ALL", "TZ", "USER"];

export function databasePath(env: Environment, version: string): string {
  return join(ostinatoHome(env), `temporal-${version}.db`);
}

/** Returns the databases of all versions. */
export function databasesIn(env: Environment): readonly string[] {
  const home = ostinatoHome(env);
  const names = existsSync(home) ? readdirSync(home) : [];
  return names.filter((name) => /^temporal-.+\.db$/.test(name)).map((name) => join(home, name));
}

/**
 * Starts a detached server and waits until its port accepts connections. The caller holds the lock.
 */
export async function launchServer(launch: ServerLaunch): Promise<ServerState> {
  const { env, cli, version } = launch;
  const port = localPort(env);
  const uiPort = await usablePort(port + 1_000);
  const logPath = join(ostinatoHome(env), "temporal-server.log");
  const log = openLog(logPath);
  const child = spawnServer(launch, { port, uiPort, log });
  const end = endOf(child);
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (!identity) throw unavailable(await end.reason, logTail(logPath, log.from));
  const state: ServerState = {
    ...identity,
    port,
    uiPort,
    version,
    cli,
    startedAt: Date.now(),
    prepared: false,
  };
  writeServerState(env, state);
  if (await waitForPort(port, end.hasEnded)) return state;
  const reason = end.hasEnded()
    ? await end.reason
    : `it did not listen on port ${port} within ${startTimeoutMs / 1_000} s`;
  await endProcess(identity, startTimeoutMs);
  throw unavailable(reason, logTail(logPath, log.from));
}

/** True if the port accepts connections before the timeout and before `hasEnded`. */
export async function waitForPort(port: number, hasEnded: () => boolean): Promise<boolean> {
  const end = Date.now() + startTimeoutMs;
  while (Date.now() < end && !hasEnded()) {
    if (await isListening(port)) return !hasEnded();
    await sleep(pollMs);
  }
  return false;
}

interface Places {
  readonly port: number;
  readonly uiPort: number;
  readonly log: OpenLog;
}

function spawnServer(launch: ServerLaunch, { port, uiPort, log }: Places): ChildProcess {
  const { env, cli, version } = launch;
  const args = [
    ...["server", "start-dev", "--ip", loopback, "--port", port.toString()],
    ...["--ui-ip", loopback, "--ui-port", uiPort.toString()],
    ...["--db-filename", databasePath(env, version)],
    ...["--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal"],
    ...["--log-level", "warn", ...dynamicConfigFlags()],
  ];
  const child = spawn(cli, args, {
    cwd: ostinatoHome(env),
    detached: true,
    env: Object.fromEntries(keptVariables.map((name) => [name, env[name]])),
    stdio: ["ignore", log.file, log.file],
  });
  closeSync(log.file);
  child.unref();
  return child;
}

interface ProcessEnd {
  readonly hasEnded: () => boolean;
  readonly reason: Promise<string>;
}

function endOf(child: ChildProcess): ProcessEnd {
  let ended = false;
  const reason = new Promise<string>((resolve) => {
    child.on("error", (error) => {
      ended = true;
      resolve(error.message);
    });
    child.on("exit", (code, signal) => {
      ended = true;
      resolve(`it ended with ${signal ?? `exit code ${String(code)}`}`);
    });
  });
  return { hasEnded: () => ended, reason };
}

function unavailable(reason: string, lastLines: string): ServerUnavailableError {
  const log = lastLines === "" ? "" : `\nThe last lines of its log:\n${lastLines}`;
  return new ServerUnavailableError(
    `The local Temporal server did not start: ${reason}.${log}\n` +
      "Set `OSTINATO_TEMPORAL_PORT` to another port, or TEMPORAL_ADDRESS to a server that runs; `ostinato doctor` says what is found.",
  );
}
