import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "../../domain/failure/error-code.js";

/** Time in ms between two looks at a process whose end is awaited. */
const endedEveryMs = 250;

/** A process, distinguished from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque value, valid for this boot of the machine. */
  readonly startTime: string;
}

/**
 * Returns the set of processes in which this process can look up others by pid. On Linux it is a
 * pid namespace of this boot, because containers on one machine have their own pids. On other
 * systems it is the machine.
 */
export function placeOfProcesses(): string {
  if (process.platform !== "linux") return hostname();
  try {
    return `${hostname()} ${bootId()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return randomUUID();
  }
}

/** Returns the identity of a process; `undefined` if it is not alive (a zombie is dead). */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === "linux" ? linuxStartTime(pid) : portableStartTime(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.startTime === identity.startTime;
}

/**
 * Stops a process with SIGTERM, and with SIGKILL if it is still alive after `graceMs`. Returns when
 * it has ended.
 */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  sendSignal(identity, "SIGTERM");
  if (await isGoneWithin(identity, graceMs)) return;
  sendSignal(identity, "SIGKILL");
  await isGoneWithin(identity, graceMs);
}

async function isGoneWithin(identity: ProcessIdentity, limitMs: number): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (isAlive(identity)) {
    if (Date.now() >= end) return false;
    await sleep(20);
  }
  return true;
}

/** Resolves when the process has ended. Rejects with the signal's reason. */
export async function untilEnded(identity: ProcessIdentity, signal: AbortSignal): Promise<void> {
  while (isAlive(identity)) await sleep(endedEveryMs, undefined, { signal });
}

/** Sends a signal. Does nothing if the process has ended. */
export function sendSignal(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    const endedMeanwhile = errorCode(error) === "ESRCH";
    if (!endedMeanwhile) throw error;
  }
}

function linuxStartTime(pid: number): string | undefined {
  const stat = readOptional(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the command in parentheses, which may itself contain spaces and
  // parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  const ticks = fields[19];
  if (ticks === undefined || state === "Z" || state === "X") return undefined;
  return `${bootId()}:${ticks}`;
}

function bootId(): string {
  return readOptional("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function portableStartTime(pid: number): string | undefined {
  try {
    const text = execFileSync("ps", ["-o", "stat=,lstart=", "-p", pid.toString()], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
    const [, state, started] = /^(\S+)\s+(.+)$/.exec(text) ?? [];
    return state === undefined || state.startsWith("Z") ? undefined : started;
  } catch {
    return undefined;
  }
}
