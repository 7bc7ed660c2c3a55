import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import { withLock } from "../home/exclusive-lock.js";
import type { ExclusiveLock } from "../home/exclusive-lock.js";
import { getTemporalCli, serverVersionOf } from "../cli/find-cli.js";
import { localPort, ostinatoHome } from "../home/home.js";
import { openHome } from "../home/open-home.js";
import { databasePath, launchServer, waitForPort } from "./launch-server.js";
import { isListening, loopback } from "./ports.js";
import { endProcess, isAlive, untilEnded } from "../worker/process-identity.js";
import type { OnServerProgress } from "./progress.js";
import { ServerUnavailableError } from "./server-unavailable-error.js";
import { ownServer, readServerState, writeServerState } from "./server-state.js";
import type { ServerState } from "./server-state.js";
import type { Environment } from "../../domain/environment.js";

/**
 * The local Temporal server: the CLI's dev server with its database in `OSTINATO_HOME`. It keeps
 * running for later commands. Starts and stops happen under a lock, so two concurrent commands
 * start one server. `server.json` identifies the process of this set-up. Another server on the port
 * is used but never stopped.
 */
export interface LocalServer {
  /** Address of the server, e.g. `127.0.0.1:7233`. */
  readonly address: string;
  readonly port: number;
  /**
   * Port of the Web UI. For a server of another set-up, only set if a process listens on port +
   * 1,000.
   */
  readonly uiPort?: number;
  /** Address of the Web UI, e.g. `http://127.0.0.1:8233`. */
  readonly webUi?: string;
  /** True if this set-up started it, in which case `stopLocalServer` stops it. */
  readonly ours: boolean;
  readonly pid?: number;
  readonly version?: string;
}

export interface StartedServer extends LocalServer {
  /** True if this call started it. */
  readonly started: boolean;
}

export interface ServerStart {
  readonly env: Environment;
  /** CLI for starting a server. @default `getTemporalCli` gets it if a server must be started */
  readonly cli?: { readonly path: string; readonly serverVersion: string };
  readonly onProgress?: OnServerProgress | undefined;
  /**
   * Called once for a new server, before other processes see it. If it fails, the next caller calls
   * it again.
   */
  readonly onStarted?: (address: string) => Promise<void>;
  /**
   * True if experiments are running in the server at that address. An older server version with
   * running experiments is kept. Without this function, an older server is always kept.
   */
  readonly hasOpenExperiments?: (address: string) => Promise<boolean>;
}

const stopGraceMs = 10_000;

/**
 * Returns the process that listens on the port of this set-up, if any. The caller checks that it is
 * a Temporal server.
 */
export async function findLocalServer(env: Environment): Promise<LocalServer | undefined> {
  const port = localPort(env);
  if (!(await isListening(port))) return undefined;
  const own = ownServer(env);
  return own?.port === port ? describe(own) : await describeForeign(port);
}

/**
 * Finds the local server or starts it. Throws a `ServerUnavailableError`, and a `UserError` for a
 * wrong setting.
 */
export async function startLocalServer(start: ServerStart): Promise<StartedServer> {
  const { env } = start;
  const found = await findLocalServer(env);
  if (found && (!found.ours || ownServer(env)?.prepared === true)) {
    return { ...found, started: false };
  }
  return await withLock(startLock(start), async () => {
    const running = await findUnderLock(env);
    if (running && !running.ours) return { ...running, started: false };
    const server = running ? undefined : await launchSuitable(start);
    const own = server ?? ownServer(env);
    if (!own) throw new Error("Expected the local server that was just found to be alive.");
    await prepare(start, own);
    return { ...describe(own), started: server !== undefined };
  });
}

/** Stops the server that this set-up started, and never stops another server. */
export async function stopLocalServer({
  env,
}: {
  readonly env: Environment;
}): Promise<"stopped" | "not-running" | "not-ours"> {
  return await withLock(startLock({ env }), async () => {
    const own = ownServer(env);
    if (own) {
      writeServerState(env, { ...own, stopped: true });
      await endProcess(own, stopGraceMs);
      return "stopped";
    }
    return (await isListening(localPort(env))) ? "not-ours" : "not-running";
  });
}

/**
 * True if `stopLocalServer` has stopped the server of this set-up and no server runs in its place.
 */
export async function isServerStopped(env: Environment): Promise<boolean> {
  return readServerState(env)?.stopped === true && !(await isListening(localPort(env)));
}

/**
 * Finds a server. Under the lock, a server counts as found even if its starter died before the
 * server listened.
 */
async function findUnderLock(env: Environment): Promise<LocalServer | undefined> {
  const own = ownServer(env);
  const port = localPort(env);
  if (!own) return await findLocalServer(env);
  if (own.port !== port) {
    throw new UserError(
      `Expected the local server of ${ostinatoHome(env)} on port ${port}, but it runs on port ${own.port}. ` +
        `Set \`OSTINATO_TEMPORAL_PORT\` to ${own.port}, end it with \`ostinato down\`, or set \`OSTINATO_HOME\` to another folder.`,
    );
  }
  const listens = await waitForPort(port, () => !isAlive(own));
  if (listens) return describe(own);
  await endProcess(own, stopGraceMs);
  return undefined;
}

async function prepare(start: ServerStart, own: ServerState): Promise<void> {
  if (own.prepared) return;
  if (start.onStarted) await whileAlive(own, start.onStarted(describe(own).address));
  writeServerState(start.env, { ...own, prepared: true });
}

/**
 * Waits for work on a server, which alone would wait up to 30 s for a connection. Throws as soon as
 * the server has ended.
 */
async function whileAlive(own: ServerState, work: Promise<void>): Promise<void> {
  const done = new AbortController();
  const death = untilEnded(own, done.signal).then(() => {
    throw new ServerUnavailableError(
      "The local Temporal server ended while it started. Its next start continues with the same database.",
    );
  });
  await Promise.race([work, death]).finally(() => {
    done.abort();
  });
}

async function launchSuitable(start: ServerStart): Promise<ServerState> {
  const { env, onProgress } = start;
  const cli = start.cli ?? (await getTemporalCli({ env, onProgress }));
  const older = await launchOlder(start, cli.serverVersion);
  if (older) return older;
  onProgress?.({ text: `Starting the local Temporal server ${cli.serverVersion}` });
  return await launchServer({ env, cli: cli.path, version: cli.serverVersion });
}

/**
 * Launches the older version of a database. A database is not migrated between server versions, so
 * experiments in an older file continue with that version of the server.
 */
async function launchOlder(
  start: ServerStart,
  newVersion: string,
): Promise<ServerState | undefined> {
  const { env, onProgress } = start;
  const last = readServerState(env);
  if (!last || last.version === newVersion) return undefined;
  if (!existsSync(databasePath(env, last.version))) return undefined;
  if (!(await runsVersion(last, env))) {
    onProgress?.({
      text:
        `Temporal server ${last.version} is gone (${last.cli}), and ${newVersion} takes its place with a database of its own. ` +
        `Experiments that were running in the old one wait in ${databasePath(env, last.version)} for that version.`,
    });
    return undefined;
  }
  const server = await launchServer({ env, cli: last.cli, version: last.version });
  if ((await start.hasOpenExperiments?.(describe(server).address)) === false) {
    await endProcess(server, stopGraceMs);
    return undefined;
  }
  onProgress?.({
    text:
      `Experiments may still run in the database of Temporal server ${last.version}, so that version continues to run. ` +
      `${newVersion} takes its place at the first start after they have ended.`,
  });
  return server;
}

async function runsVersion(state: ServerState, env: Environment): Promise<boolean> {
  try {
    return (await serverVersionOf(state.cli, env)) === state.version;
  } catch {
    return false;
  }
}

function startLock({ env, onProgress }: Pick<ServerStart, "env" | "onProgress">): ExclusiveLock {
  return {
    path: join(openHome(env), "server.lock"),
    onWait: () => {
      onProgress?.({ text: "Waiting for another process that starts or ends the local server" });
    },
  };
}

function describe(state: ServerState): LocalServer {
  return {
    address: `${loopback}:${state.port}`,
    port: state.port,
    uiPort: state.uiPort,
    webUi: `http://${loopback}:${state.uiPort}`,
    ours: true,
    pid: state.pid,
    version: state.version,
  };
}

async function describeForeign(port: number): Promise<LocalServer> {
  const base = { address: `${loopback}:${port}`, port, ours: false };
  const uiPort = port + 1_000;
  if (!(await isListening(uiPort))) return base;
  return { ...base, uiPort, webUi: `http://${loopback}:${uiPort}` };
}
