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
 * Files of worker processes in `OSTINATO_HOME`. They show commands whether a worker is alive, for
 * which server, and whether it has the same keys as the command's shell. A key is stored only as a
 * hash with the file's salt.
 */
export interface WorkerFile extends ProcessIdentity, WorkerBuild {
  /**
   * Name of the worker among the pollers of the server and the processes of limits. Unique for each
   * start.
   */
  readonly name: string;
  /** Result of `placeOfProcesses` in the worker. */
  readonly place: string;
  /** Start time in ms since the epoch. */
  readonly startedAt: number;
  readonly address: string;
  readonly namespace: string;
  readonly role: WorkerRole;
  /** The data folder of the worker. */
  readonly dataFolder: ServedFolder;
  /** Salt of the hashes, in hexadecimal digits. */
  readonly salt: string;
  /** `hashSecret` of each key variable that the worker has, by the variable's name. */
  readonly keys: Readonly<Record<string, string>>;
  /**
   * `hashSecret` of its other variables, by name. Only its experiments know which of them are keys
   * of a user's own API.
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
  /** Absolute path. */
  readonly path: string;
  readonly identity: string;
}

/**
 * Role of a worker: `child` of a command that follows, `background` for `--detach`, `foreground`
 * for `ostinato worker` and `up`.
 */
export const workerRoles = ["child", "background", "foreground"] as const;
export type WorkerRole = (typeof workerRoles)[number];

export interface WorkerRegistration {
  readonly env: Environment;
  /** Name of the worker. @default a name from `nameWorker` */
  readonly name?: string;
  readonly address: string;
  readonly namespace: string;
  readonly role: WorkerRole;
  readonly dataFolder: ServedFolder;
  /** Values of the key variables by name. The file contains only their hashes. */
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

/** Returns the workers of this set-up that accept work, oldest first. */
export function liveWorkers(env: Environment): readonly WorkerFile[] {
  return workersThatLive(env).filter(({ ending }) => ending === undefined);
}

/** Returns the workers of this set-up that were told to stop and wait for their calls in flight. */
export function endingWorkers(env: Environment): readonly EndingWorker[] {
  return workersThatLive(env).filter((worker): worker is EndingWorker => "ending" in worker);
}

/**
 * Takes the dead workers that `serve` the same work. Their death is certain, because this process
 * sees their pids. Each is returned once, to one process.
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
 * Returns the workers whose process is alive, oldest first. The file of a certainly dead worker
 * stays for the next worker of its folder, which releases its work. Files of all other dead workers
 * are removed.
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

/** Returns a hash in hexadecimal digits, for comparing keys without storing them. */
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
    // The file is ours: only workers write it.
    return JSON.parse(readFileSync(path, "utf8")) as WorkerFile;
  } catch {
    return undefined;
  }
}
