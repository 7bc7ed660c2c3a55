import { access, constants, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { defined } from "../domain/defined.js";
import { errorText } from "../domain/failure/error-text.js";
import { cacheFolder, ostinatoHome } from "../local-server/home/home.js";
import { findTemporalCli } from "../local-server/cli/find-cli.js";
import type { TemporalCli } from "../local-server/cli/find-cli.js";
import type { WorkerBuild } from "../local-server/worker/worker-build.js";
import type { WorkerFile, WorkerRole } from "../local-server/worker/worker-files.js";
import { queuesOfFolder } from "../domain/experiment/ids.js";
import { findFolderIdentity } from "../storage/folder-identity.js";
import { connect } from "./connection/connect.js";
import { listPollers, ownWorkers } from "./worker/ensure-worker.js";
import { listLimits } from "./limits/limits.js";
import type { LimitStatus } from "./limits/limits.js";
import { dataFolderOf } from "./connection/find-options.js";
import type { Environment } from "../domain/environment.js";
import type { Ostinato } from "./connection/ostinato.js";
import { readEnvironment } from "../providers/access/environment.js";
import { openProviders } from "../providers/registry/open-providers.js";
import type { OpenedProviders } from "../providers/registry/open-providers.js";

export interface DiagnoseOptions {
  /** Environment variables. @default process.env */
  readonly env?: Environment;
  /** Data folder. @default `OSTINATO_DATA_FOLDER`, otherwise "data" */
  readonly dataFolder?: string;
  /** Environment file. @default `OSTINATO_ENV_FILE`, otherwise ".env" */
  readonly envFile?: string;
}

/** The parts of the set-up that exist and those that are missing. */
export interface Diagnosis {
  readonly node: string;
  /** `OSTINATO_HOME`: database, logs and worker files. */
  readonly home: string;
  readonly cache: string;
  /** CLI for the local server; absent if it must first be downloaded or built. */
  readonly temporalCli?: TemporalCli;
  readonly server: ServerDiagnosis;
  /** Live workers of this set-up, including those of other data folders. */
  readonly workers: readonly WorkerDiagnosis[];
  /**
   * Pollers of the data folder in the server's list, which keeps dead pollers for over a minute.
   * Empty without a server.
   */
  readonly pollers: readonly string[];
  readonly limits: readonly LimitStatus[];
  /** Names of the key variables that are set. */
  readonly keys: readonly { readonly name: string; readonly from: "environment" | "file" }[];
  readonly envFile: string;
  readonly dataFolder: FolderDiagnosis;
  /** Problems to fix, one sentence each. */
  readonly problems: readonly string[];
}

export interface ServerDiagnosis {
  readonly answers: boolean;
  readonly address?: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly local?: boolean;
  readonly webUi?: string;
  /** The reason why it does not answer. */
  readonly problem?: string;
}

export interface WorkerDiagnosis extends WorkerBuild {
  readonly pid: number;
  readonly role: WorkerRole;
  /** Start time in ms since the epoch. */
  readonly startedAt: number;
  /** The data folder of the worker. */
  readonly dataFolder: string;
  /** Names of the key variables in its own environment. */
  readonly keys: readonly string[];
}

export interface FolderDiagnosis {
  readonly path: string;
  readonly exists: boolean;
  /** For a missing folder: true if it can be created. */
  readonly writable: boolean;
  readonly freeBytes?: number;
}

const lowDiskBytes = 500e6;

/**
 * Reports the existing and missing parts of the set-up on this machine. Starts, creates and
 * downloads nothing.
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const env = options.env ?? process.env;
  const envFile = resolve(options.envFile ?? nonEmpty(env["OSTINATO_ENV_FILE"]) ?? ".env");
  const temporalCli = await findTemporalCli(env);
  const dataFolder = dataFolderOf(options, env);
  const found = {
    ...(await askServer(env, dataFolder)),
    keys: await keysSet(await openProviders(), env, envFile),
    dataFolder: await lookAtFolder(dataFolder),
  };
  return {
    node: process.version,
    home: ostinatoHome(env),
    cache: cacheFolder(env),
    envFile,
    ...found,
    ...defined({ temporalCli }),
    problems: problemsOf(found),
  };
}

type ServerFindings = Pick<Diagnosis, "server" | "workers" | "pollers" | "limits">;

async function askServer(env: Environment, dataFolder: string): Promise<ServerFindings> {
  let ostinato: Ostinato;
  try {
    ostinato = await connect({ env, startServer: false });
  } catch (error) {
    const problem = errorText(error);
    return { server: { answers: false, problem }, workers: [], pollers: [], limits: [] };
  }
  try {
    const { serverVersion } = await ostinato.client.workflowService.getSystemInfo({});
    const { address, namespace, local, webUi } = ostinato;
    return {
      server: {
        answers: true,
        address,
        namespace,
        local,
        version: serverVersion,
        ...defined({ webUi }),
      },
      workers: ownWorkers(ostinato).map(toDiagnosis),
      pollers: await pollersOf(ostinato, dataFolder),
      limits: await listLimits(ostinato),
    };
  } finally {
    await ostinato.close();
  }
}

function toDiagnosis(worker: WorkerFile): WorkerDiagnosis {
  const { pid, role, startedAt, dataFolder, version, build, keys } = worker;
  return {
    pid,
    role,
    startedAt,
    dataFolder: dataFolder.path,
    version,
    build,
    keys: Object.keys(keys).sort(),
  };
}

/**
 * Returns the pollers of a data folder. Empty for a folder without an identity, because no worker
 * can serve it.
 */
async function pollersOf(ostinato: Ostinato, dataFolder: string): Promise<string[]> {
  const identity = await findFolderIdentity(dataFolder);
  if (identity === undefined) return [];
  const pollers = await listPollers(ostinato, queuesOfFolder(identity).main);
  return pollers.map((poller) => poller.identity ?? "unknown");
}

async function keysSet(
  providers: OpenedProviders,
  env: Environment,
  envFile: string,
): Promise<Diagnosis["keys"]> {
  const own = Object.keys(await providers.secretsOf(env));
  const inFile = Object.keys(await providers.secretsOf(await readEnvironment(envFile, {})));
  return [
    ...own.map((name) => ({ name, from: "environment" as const })),
    ...inFile
      .filter((name) => !own.includes(name))
      .map((name) => ({ name, from: "file" as const })),
  ];
}

async function lookAtFolder(path: string): Promise<FolderDiagnosis> {
  const exists = await may(path, constants.F_OK);
  const nearest = await nearestThere(path);
  const { bavail, bsize } = await statfs(nearest);
  return {
    path,
    exists,
    freeBytes: bavail * bsize,
    writable: await may(nearest, constants.W_OK | constants.X_OK),
  };
}

async function nearestThere(path: string): Promise<string> {
  return (await may(path, constants.F_OK)) || dirname(path) === path
    ? path
    : await nearestThere(dirname(path));
}

async function may(path: string, mode: number): Promise<boolean> {
  return await access(path, mode).then(
    () => true,
    () => false,
  );
}

function problemsOf({
  server,
  workers,
  pollers,
  dataFolder,
}: Pick<Diagnosis, "server" | "workers" | "pollers" | "dataFolder">): string[] {
  const problems: string[] = [];
  if (server.problem !== undefined) problems.push(server.problem);
  const isServed = workers.some((worker) => worker.dataFolder === dataFolder.path);
  if (server.answers && !isServed && pollers.length === 0) {
    problems.push(
      `No worker serves the data folder ${dataFolder.path}: \`ostinato up\` starts one, and so does \`ostinato run\`.`,
    );
  }
  if (!dataFolder.writable) {
    problems.push(
      `The data folder ${dataFolder.path} can't be written. Make it writable or name another.`,
    );
  }
  if (dataFolder.freeBytes !== undefined && dataFolder.freeBytes < lowDiskBytes) {
    const megabytes = Math.round(dataFolder.freeBytes / 1e6).toString();
    problems.push(`Only ${megabytes} MB are free where the data folder ${dataFolder.path} lies.`);
  }
  return problems;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
