import { createHmac, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ostinatoHome } from "../home/home.js";
import { identityOf, isAlive } from "./process-identity.js";
import type { ProcessIdentity } from "./process-identity.js";
import { installedBuild } from "./worker-build.js";
import type { WorkerBuild } from "./worker-build.js";
import { writeFileWhole } from "../home/write-file-whole.js";
import type { Environment } from "../../domain/environment.js";

/**
 * Worker processes leave a small file in `OSTINATO_HOME`, so that a command knows whether one lives, for which server,
 * and whether it has the same keys as the command's shell. A key is there only as a hash with a salt of its file.
 */
export interface WorkerFile extends ProcessIdentity, WorkerBuild {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly address: string;
  readonly namespace: string;
  readonly role: WorkerRole;
  /** The folder that it serves. */
  readonly dataFolder: ServedFolder;
  /** Hex. */
  readonly salt: string;
  /** `hashSecret` of each key variable that the worker has, by the variable's name. */
  readonly keys: Readonly<Record<string, string>>;
  /** The same of its other variables: which of them hold the keys of a user's own API, only its experiments know. */
  readonly others?: Readonly<Record<string, string>>;
  /** It was told to end and takes no more work. @default it serves its folder */
  readonly ending?: Ending;
}

/** What a worker that was told to end still waits for. */
export interface Ending {
  /** How many calls it has in flight. */
  readonly calls: number;
  /** When the last of them has timed out at the latest, in epoch milliseconds. */
  readonly endsByMs: number;
}

export type EndingWorker = WorkerFile & { readonly ending: Ending };

export interface ServedFolder {
  /** Absolute. */
  readonly path: string;
  readonly identity: string;
}

/** `child` of a command that follows, `background` of `--detach`, `foreground` of `ostinato worker` and `up`. */
export const workerRoles = ["child", "background", "foreground"] as const;
export type WorkerRole = (typeof workerRoles)[number];

export interface WorkerRegistration {
  readonly env: Environment;
  readonly address: string;
  readonly namespace: string;
  readonly role: WorkerRole;
  readonly dataFolder: ServedFolder;
  /** The values of the key variables by name; only their hashes are written. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Says that this process is a worker. Returns what takes that back. */
export function registerWorker(registration: WorkerRegistration): () => void {
  const { env, address, namespace, role, dataFolder, secrets } = registration;
  const identity = identityOf(process.pid);
  if (!identity) throw new Error("Expected this process to be found among the system's processes.");
  const salt = randomBytes(16).toString("hex");
  const hashed = (values: Environment): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) =>
        value ? [[name, hashSecret(salt, value)]] : [],
      ),
    );
  const file: WorkerFile = {
    ...identity,
    ...installedBuild(),
    ...{ startedAt: Date.now(), address, namespace, role, dataFolder, salt },
    keys: hashed(secrets),
    others: hashed(Object.fromEntries(Object.entries(env).filter(([name]) => !(name in secrets)))),
  };
  const path = workerFilePath(env, process.pid);
  mkdirSync(workersFolder(env), { recursive: true, mode: 0o700 });
  writeFileWhole(path, `${JSON.stringify(file, null, 2)}\n`);
  return () => {
    rmSync(path, { force: true });
  };
}

/** Says that this process ends, and what it waits for: it takes no more work. Does nothing where it is no worker. */
export function noteEnding(env: Environment, ending: Ending): void {
  const path = workerFilePath(env, process.pid);
  const file = readWorkerFile(path);
  if (file) writeFileWhole(path, `${JSON.stringify({ ...file, ending }, null, 2)}\n`);
}

/** The workers of this set-up that take work, oldest first. */
export function liveWorkers(env: Environment): readonly WorkerFile[] {
  return workersThatLive(env).filter(({ ending }) => ending === undefined);
}

/** The workers of this set-up that were told to end and wait for their calls in flight. */
export function endingWorkers(env: Environment): readonly EndingWorker[] {
  return workersThatLive(env).filter((worker): worker is EndingWorker => "ending" in worker);
}

/** Those whose process lives, oldest first. Files of dead ones are removed. */
function workersThatLive(env: Environment): readonly WorkerFile[] {
  const live: WorkerFile[] = [];
  for (const name of workerFileNames(env)) {
    const path = join(workersFolder(env), name);
    const file = readWorkerFile(path);
    if (file && isAlive(file)) live.push(file);
    else rmSync(path, { force: true });
  }
  return live.sort((a, b) => a.startedAt - b.startedAt);
}

/** To compare keys without keeping them. Hex. */
export function hashSecret(salt: string, value: string): string {
  return createHmac("sha256", salt).update(value).digest("hex");
}

function workerFilePath(env: Environment, pid: number): string {
  return join(workersFolder(env), `${pid}.json`);
}

function workersFolder(env: Environment): string {
  return join(ostinatoHome(env), "workers");
}

function workerFileNames(env: Environment): readonly string[] {
  try {
    return readdirSync(workersFolder(env)).filter((name) => /^\d+\.json$/.test(name));
  } catch {
    return [];
  }
}

function readWorkerFile(path: string): WorkerFile | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as WorkerFile;
  } catch {
    return undefined;
  }
}
