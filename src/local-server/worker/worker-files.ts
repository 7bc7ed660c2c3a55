import { createHmac, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { ostinatoHome } from "../home/home.js";
import { identityOf, isAlive, placeOfProcesses } from "./process-identity.js";
import type { ProcessIdentity } from "./process-identity.js";
import { installedBuild } from "./worker-build.js";
import type { WorkerBuild } from "./worker-build.js";
import { writeFileWhole } from "../home/write-file-whole.js";
import type { Environment } from "../../domain/environment.js";

/**
 * Files of worker processes in `OSTINATO_HOME`. They tell commands if a worker is alive, for which
 * server, and if it has the same keys as the command's shell. A key is stored only as a hash with
 * the file's salt.
 */
export interface WorkerFile extends ProcessIdentity, WorkerBuild {
  /**
   * Its name among the pollers of the server and the processes of limits. Unique for each start.
   */
  readonly name: string;
  /** `placeOfProcesses` of the worker. */
  readonly place: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly address: string;
  readonly namespace: string;
  readonly role: WorkerRole;
  /** The data folder of the worker. */
  readonly dataFolder: ServedFolder;
  /** Hex. */
  readonly salt: string;
  /** `hashSecret` of each key variable that the worker has, by the variable's name. */
  readonly keys: Readonly<Record<string, string>>;
  /**
   * `hashSecret` of its other variables. Only its experiments know which of them are keys of a
   * user's own API.
   */
  readonly others?: Readonly<Record<string, string>>;
  /** Set if it was told to stop and accepts no more work. @default it serves its folder */
  readonly ending?: Ending;
}

/** The work that a stopping worker waits for. */
export interface Ending {
  /** Number of calls in flight. */
  readonly calls: number;
  /** Latest timeout among these calls, in ms since the epoch. */
  readonly endsByMs: number;
}

export type EndingWorker = WorkerFile & { readonly ending: Ending };

export interface ServedFolder {
  /** Absolute. */
  readonly path: string;
  readonly identity: string;
}

/**
 * `child` of a command that follows, `background` for `--detach`, `foreground` for `ostinato
 * worker` and `up`.
 */
export const workerRoles = ["child", "background", "foreground"] as const;
export type WorkerRole = (typeof workerRoles)[number];

export interface WorkerRegistration {
  readonly env: Environment;
  /** @default one of `nameWorker` */
  readonly name?: string;
  readonly address: string;
  readonly namespace: string;
  readonly role: WorkerRole;
  readonly dataFolder: ServedFolder;
  /** Values of the key variables by name. Only their hashes are written. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Makes a name for this process's worker: `<pid>@<host>#<start>`. */
export function nameWorker(): string {
  return `${process.pid}@${hostname()}#${Date.now().toString(36)}`;
}

/** Registers this process as a worker. Returns a function that removes the registration. */
export function registerWorker(registration: WorkerRegistration): () => void {
  const { env, name = nameWorker(), address, namespace, role, dataFolder, secrets } = registration;
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
    name,
    place: placeOfProcesses(),
    startedAt: Date.now(),
    address,
    namespace,
    role,
    dataFolder,
    salt,
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

/**
 * Records that this process is stopping, and its remaining calls. Does nothing if this process is
 * not a worker.
 */
export function noteEnding(env: Environment, ending: Ending): void {
  const path = workerFilePath(env, process.pid);
  const file = readWorkerFile(path);
  if (file) writeFileWhole(path, `${JSON.stringify({ ...file, ending }, null, 2)}\n`);
}

/** The workers of this set-up that accept work, oldest first. */
export function liveWorkers(env: Environment): readonly WorkerFile[] {
  return workersThatLive(env).filter(({ ending }) => ending === undefined);
}

/** The workers of this set-up that were told to stop and wait for their calls in flight. */
export function endingWorkers(env: Environment): readonly EndingWorker[] {
  return workersThatLive(env).filter((worker): worker is EndingWorker => "ending" in worker);
}

/**
 * Takes the workers that `serve` the same work and have died, and whose death is certain, because
 * this process sees their pids. Each is returned once, to one process.
 */
export function takeDeadWorkers(
  env: Environment,
  serve: Pick<WorkerFile, "address" | "namespace" | "dataFolder">,
): readonly WorkerFile[] {
  const { address, namespace, dataFolder } = serve;
  return workerFileNames(env).flatMap((name) => {
    const path = join(workersFolder(env), name);
    const file = readWorkerFile(path);
    if (!file || isAlive(file) || file.place !== placeOfProcesses()) return [];
    const isAlike = file.address === address && file.namespace === namespace;
    if (!isAlike || file.dataFolder.identity !== dataFolder.identity) return [];
    return isRemoved(path) ? [file] : [];
  });
}

/** Removes a file. Returns false if another process has removed it. */
function isRemoved(path: string): boolean {
  try {
    rmSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * The workers whose process is alive, oldest first. Files of those that are certainly dead stay for
 * the next worker of their folder, which releases their work. Those of others are removed.
 */
function workersThatLive(env: Environment): readonly WorkerFile[] {
  const live: WorkerFile[] = [];
  for (const name of workerFileNames(env)) {
    const path = join(workersFolder(env), name);
    const file = readWorkerFile(path);
    if (file && isAlive(file)) live.push(file);
    else if (file?.place !== placeOfProcesses() || !existsSync(file.dataFolder.path)) {
      rmSync(path, { force: true });
    }
  }
  return live.sort((a, b) => a.startedAt - b.startedAt);
}

/** Hash in hex, for comparing keys without storing them. */
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
    // Only workers write these files.
    return JSON.parse(readFileSync(path, "utf8")) as WorkerFile;
  } catch {
    return undefined;
  }
}
