import { randomUUID } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "../../domain/failure/error-code.js";
import { identityOf, isAlive } from "../worker/process-identity.js";
import type { ProcessIdentity } from "../worker/process-identity.js";

/**
 * A lock between processes of one machine: a file that names its holder. A hard link creates it
 * together with its content. A dead holder loses the lock at once. A process that removes it holds
 * `<path>.takeover`, so two processes that find the same dead holder cannot take the lock from each
 * other.
 */
export interface ExclusiveLock {
  readonly path: string;
  /** Called once, if another process holds the lock. */
  readonly onWait?: () => void;
}

interface Holder extends ProcessIdentity {
  readonly token: string;
}

const pollMs = 50;
/**
 * Age in ms from which a takeover belongs to a process that died during it. A takeover takes a few
 * file operations.
 */
const takeoverMs = 5_000;

/** Runs `work` while no other process and no other call in this process holds the lock. */
export async function withLock<T>(lock: ExclusiveLock, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(lock.path), { recursive: true });
  const token = randomUUID();
  let toldOfWait = false;
  while (!tryLock(lock.path, token)) {
    if (!toldOfWait) lock.onWait?.();
    toldOfWait = true;
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    if (readHolder(lock.path)?.token === token) rmSync(lock.path, { force: true });
  }
}

function tryLock(path: string, token: string): boolean {
  if (createExclusively(path, token)) return true;
  const holder = readHolder(path);
  if (holder && !isAlive(holder)) removeDeadHolder(path, token);
  return false;
}

function createExclusively(path: string, token: string): boolean {
  const self = identityOf(process.pid) ?? { pid: process.pid, startTime: "" };
  const holder: Holder = { ...self, token };
  const candidate = `${path}.${token}`;
  writeFileSync(candidate, JSON.stringify(holder));
  try {
    linkSync(candidate, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(candidate, { force: true });
  }
}

function removeDeadHolder(path: string, token: string): void {
  const takeover = `${path}.takeover`;
  if (!createExclusively(takeover, token)) {
    if (ageMs(takeover) > takeoverMs) renameAway(takeover, token);
    return;
  }
  try {
    const holder = readHolder(path);
    if (holder && !isAlive(holder)) rmSync(path, { force: true });
  } finally {
    rmSync(takeover, { force: true });
  }
}

function renameAway(path: string, token: string): void {
  const away = `${path}.${token}`;
  try {
    renameSync(path, away);
  } catch {
    // Another process took the lock first.
  }
  rmSync(away, { force: true });
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

const deadHolder: Holder = { pid: 0, startTime: "", token: "" };

/**
 * Returns `undefined` if nobody holds the lock. A lock file that lost its content in a power cut
 * has no holder.
 */
function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch (error) {
    return errorCode(error) === "ENOENT" ? undefined : deadHolder;
  }
}
