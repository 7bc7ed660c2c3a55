import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { logTail } from "../server/log-tail.js";
import { openHome } from "../home/open-home.js";
import { openLog } from "../server/open-log.js";
import { endingText } from "./tell-ending.js";
import { endingWorkers, liveWorkers } from "./worker-files.js";
import { workerFlags } from "./worker-flags.js";
import { workerScript } from "./worker-script.js";
import { workerVariables } from "./worker-variables.js";

/**
 * A worker in a separate process, so that a command never loads the worker's native code. A child
 * worker ends when its stdin closes, so it ends with its command even if the command is killed. A
 * child worker that dies is restarted. Child and background workers have their own process group:
 * Ctrl-C reaches only the command, which then decides.
 */
export interface WorkerStart {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly role: "child" | "background";
  /** Path of the log file. @default `worker.log` in `OSTINATO_HOME` */
  readonly logFile?: string;
  readonly args?: readonly string[];
  /** Path of the worker's script. @default the result of `workerScript` */
  readonly script?: string;
  /** Called when a child has died and is restarted. */
  readonly onNotice?: (text: string) => void;
}

export interface WorkerProcess {
  /**
   * Resolves when the worker polls. Rejects with the last lines of its log if the worker ends
   * earlier.
   */
  readonly ready: Promise<void>;
  /** Pid of the current process. */
  readonly pid: () => number | undefined;
  /**
   * Stops a child; does nothing to a background worker. Calls in flight end first. A child that
   * needs longer is left running: it records its answers and ends by itself.
   */
  readonly stop: () => Promise<void>;
}

const readyTimeoutMs = 30_000;
const readyPollMs = 25;
/** Time in ms after which a child with calls in flight is left running. */
const leaveAfterMs = 5_000;
/** Time in ms after which a child without calls in flight counts as stuck. */
const stopGraceMs = 10_000;
const shortestBackoffMs = 250;
const longestBackoffMs = 5_000;
/** Lifetime in ms from which a worker is restarted without a wait. */
const soundLifeMs = 10_000;

/** Workers that this process has launched and that have not ended. */
const launchedHere = new Set<{ readonly dataFolder: string | undefined; readonly since: number }>();

/**
 * True while a worker that this process has launched for a data folder may still be starting. On a
 * busy machine that takes many seconds, and a second worker would only delay the first.
 */
export function isStartingWorker(dataFolder: string): boolean {
  const now = Date.now();
  return [...launchedHere].some(
    (one) => one.dataFolder === dataFolder && now - one.since < readyTimeoutMs,
  );
}

/** Starts a worker. Restarts a child that dies, until `stop`. */
export function startWorkerProcess(start: WorkerStart): WorkerProcess {
  const first = launch(start);
  const ready = waitUntilReady(start, first);
  // A rejection must not end a process that does not wait for readiness.
  ready.catch(() => undefined);
  if (start.role === "background") {
    return { ready, pid: () => first.child.pid, stop: () => Promise.resolve() };
  }
  const keeper = { current: first, stopping: new AbortController() };
  const kept = ready.then(
    () => keepAlive(start, keeper),
    () => undefined,
  );
  return {
    ready,
    pid: () => keeper.current.child.pid,
    stop: async () => {
      keeper.stopping.abort();
      await leaveChild(keeper.current, start);
      await kept;
    },
  };
}

interface Launched {
  readonly child: ChildProcess;
  readonly startedAt: number;
  readonly logFile: string;
  readonly logFrom: number;
  /** Resolves with a description of the end of the process. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
}

interface Keeper {
  current: Launched;
  readonly stopping: AbortController;
}

function launch({ env, role, logFile, args, script }: WorkerStart): Launched {
  const path = logFile ?? join(openHome(env), "worker.log");
  const log = openLog(path);
  const flags = workerFlags(process.versions.node, availableParallelism());
  const child = spawn(process.execPath, [...flags, script ?? workerScript(), ...(args ?? [])], {
    detached: true,
    env: {
      ...workerVariables(env),
      ...env,
      OSTINATO_WORKER_ROLE: role,
      OSTINATO_WORKER_PARENT: role === "child" ? "stdin" : undefined,
    },
    stdio: [role === "child" ? "pipe" : "ignore", log.file, log.file],
  });
  closeSync(log.file);
  // Writing to the stdin of a worker that has just died fails. The `exit` event handles its end.
  child.stdin?.on("error", () => undefined);
  if (role === "background") child.unref();
  let over = false;
  const here = { dataFolder: env["OSTINATO_DATA_FOLDER"], since: Date.now() };
  launchedHere.add(here);
  const ended = new Promise<string>((resolve) => {
    const end = (how: string): void => {
      over = true;
      launchedHere.delete(here);
      resolve(how);
    };
    child.on("error", (error) => {
      end(error.message);
    });
    child.on("exit", (code, signal) => {
      end(signal ?? `exit code ${String(code)}`);
    });
  });
  return {
    child,
    startedAt: Date.now(),
    logFile: path,
    logFrom: log.from,
    ended,
    hasEnded: () => over,
  };
}

async function waitUntilReady({ env }: WorkerStart, launched: Launched): Promise<void> {
  const end = Date.now() + readyTimeoutMs;
  while (!launched.hasEnded()) {
    if (liveWorkers(env).some((worker) => worker.pid === launched.child.pid)) return;
    if (Date.now() >= end) {
      await endChild(launched);
      throw notReady(`was not ready within ${readyTimeoutMs / 1_000} s`, launched);
    }
    await sleep(readyPollMs);
  }
  throw notReady(`ended with ${await launched.ended}`, launched);
}

function notReady(how: string, { logFile, logFrom }: Launched): Error {
  const lines = logTail(logFile, logFrom);
  return new Error(
    `The worker ${how}. Its log is ${logFile}${lines === "" ? "." : `; the last lines:\n${lines}`}`,
  );
}

async function keepAlive(start: WorkerStart, keeper: Keeper): Promise<void> {
  const { signal } = keeper.stopping;
  let backoffMs = 0;
  for (;;) {
    const { ended, startedAt, logFile } = keeper.current;
    const how = await Promise.race([ended, untilAborted(signal)]);
    if (how === undefined || isAborted(signal)) return;
    backoffMs =
      Date.now() - startedAt > soundLifeMs
        ? shortestBackoffMs
        : Math.min(Math.max(backoffMs * 2, shortestBackoffMs), longestBackoffMs);
    start.onNotice?.(`The worker ended (${how}) and is started again. Its log is ${logFile}.`);
    await sleep(backoffMs, undefined, { signal }).catch(() => undefined);
    if (isAborted(signal)) return;
    keeper.current = launch(start);
  }
}

async function untilAborted(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await once(signal, "abort");
  return undefined;
}

/**
 * Returns the state of the signal. It is a function, because the compiler would assume that an
 * earlier check still holds.
 */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function leaveChild(launched: Launched, { env, onNotice }: WorkerStart): Promise<void> {
  const { child, ended } = launched;
  child.stdin?.end();
  const given = new AbortController();
  const time = sleep(leaveAfterMs, undefined, { signal: given.signal }).catch(() => undefined);
  await Promise.race([ended, time]);
  given.abort();
  if (launched.hasEnded()) return;
  const draining = endingWorkers(env).filter(({ pid }) => pid === child.pid);
  const waiting = endingText(draining, Date.now());
  if (waiting === undefined) {
    await endChild(launched);
    return;
  }
  child.unref();
  onNotice?.(
    `${waiting} The worker (process ${child.pid ?? "unknown"}) records their answers, then ends by itself.`,
  );
}

async function endChild({ child, ended }: Launched): Promise<void> {
  child.stdin?.end();
  if (child.stdin === null) child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopGraceMs);
  await ended;
  clearTimeout(timer);
}
