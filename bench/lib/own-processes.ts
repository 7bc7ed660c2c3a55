/**
 * The server and the workers of a set-up, found by the files in its home, so that no other process
 * is ever killed.
 */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { ownServer } from "../../src/local-server/server/server-state.js";
import { endingWorkers, liveWorkers } from "../../src/local-server/worker/worker-files.js";
import type { SetUp } from "./set-up.js";
import { now } from "./wait-until.js";

/** Returns the pid of the local server, if it is alive. */
export function serverPid(setUp: SetUp): number | undefined {
  return ownServer(setUp.env)?.pid;
}

/** Returns the pids of the workers that accept work, from any starter. */
export function workerPids(setUp: SetUp): number[] {
  return liveWorkers(setUp.env).map(({ pid }) => pid);
}

/** Returns the pids of the workers that were told to stop and wait for their calls in flight. */
export function endingPids(setUp: SetUp): number[] {
  return endingWorkers(setUp.env).map(({ pid }) => pid);
}

/** Kills a process with `kill -9`. */
function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

export function killServer(setUp: SetUp): void {
  const pid = serverPid(setUp);
  if (pid !== undefined) killNow(pid);
}

export function killWorkers(setUp: SetUp): void {
  for (const pid of [...workerPids(setUp), ...endingPids(setUp)]) killNow(pid);
}

/** Returns the command line of a process, for starting it again. */
export function commandLine(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
}

/**
 * Returns the start time of a process, to a hundredth of a second; `undefined` if the system does
 * not report it.
 */
export function processStartedAt(pid: number): number | undefined {
  const stat = readOptional(`/proc/${pid}/stat`);
  const uptime = readOptional("/proc/uptime");
  if (stat === undefined || uptime === undefined) return undefined;
  const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  const ticksPerSecond = 100;
  return now() - (Number.parseFloat(uptime) - ticks / ticksPerSecond) * 1_000;
}

export async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
