import { hostname } from "node:os";
import { defined } from "../../domain/defined.js";
import { experimentId, queuesOfFolder } from "../../domain/experiment/ids.js";
import { UserError } from "../../domain/failure/user-error.js";
import { identityOf } from "../../local-server/worker/process-identity.js";
import { liveWorkers } from "../../local-server/worker/worker-files.js";
import type { WorkerFile } from "../../local-server/worker/worker-files.js";
import { isStartingWorker, startWorkerProcess } from "../../local-server/worker/worker-process.js";
import { openDataFolder } from "../../storage/data-folder.js";
import { findFolderIdentity, markerName } from "../../storage/folder-identity.js";
import { isThere } from "../../storage/files/is-there.js";
import { slug } from "../../storage/index/slug.js";
import type { Ostinato } from "../connection/ostinato.js";
import { findWorkflow } from "../status/find-experiment.js";
import { dataFolderOf } from "../connection/find-options.js";
import { alsoServed, unfinishedExperiments } from "./unfinished-experiments.js";
import { workerAnswers } from "./worker-answers.js";

/** A poller in the server's list. */
export interface Poller {
  readonly identity?: string | null;
}

export interface EnsureWorkerOptions {
  /** The experiment that is queried to find out if a worker answers. */
  readonly name?: string;
  /** The watch that is queried instead, by its workflow id. */
  readonly watchId?: string;
  /**
   * The folder of the worker.
   * @default the experiment's, otherwise `OSTINATO_DATA_FOLDER`, otherwise "data"
   */
  readonly dataFolder?: string;
  /** A `child` ends with this process. A `background` worker runs until `ostinato down`. */
  readonly role: "child" | "background";
  readonly onNotice?: (text: string) => void;
}

export interface WorkerHandle {
  /** True if this call started it. */
  readonly started: boolean;
  /** Stops a child that this call started; otherwise does nothing. */
  readonly stop: () => Promise<void>;
}

const otherWorker: WorkerHandle = { started: false, stop: () => Promise.resolve() };

/**
 * Starts a worker for a data folder if none serves it. A worker counts if its process is alive on
 * this machine, if this process is starting it, or if the server lists a poller of the folder's
 * queue and the experiment answers. Dead pollers of other machines stay listed for minutes. Without
 * an experiment, a missing folder is created. Throws `UserError` if a worker is needed and the
 * experiment's folder is not on this machine.
 */
export async function ensureWorker(
  ostinato: Ostinato,
  options: EnsureWorkerOptions,
): Promise<WorkerHandle> {
  const workflowId = workflowIdOf(options);
  const served = await servedFolder(ostinato, options, workflowId);
  const { dataFolder, identity } = served;
  if (identity !== undefined && ownWorkers(ostinato, identity).length > 0) return otherWorker;
  if (isStartingWorker(dataFolder)) return otherWorker;
  const queue = identity === undefined ? served.queue : queuesOfFolder(identity).main;
  const pollers = queue === undefined ? [] : await listPollers(ostinato, queue);
  const isServed = pollers.length > 0 && workflowId !== undefined;
  if (isServed && (await workerAnswers(ostinato.client, workflowId))) return otherWorker;
  await requireServable(served, workflowId);
  await tellUnfinished(ostinato, options, { identity, workflowId });
  const worker = startWorkerProcess({
    env: { ...ostinato.env, OSTINATO_DATA_FOLDER: dataFolder },
    role: options.role,
    ...defined({ onNotice: options.onNotice }),
  });
  await worker.ready;
  return { started: true, stop: worker.stop };
}

async function tellUnfinished(
  ostinato: Ostinato,
  { onNotice }: EnsureWorkerOptions,
  { identity, workflowId }: Record<"identity" | "workflowId", string | undefined>,
): Promise<void> {
  if (identity === undefined || !onNotice) return;
  const others = await unfinishedExperiments(ostinato, identity, workflowId);
  if (others.length > 0) onNotice(alsoServed(others));
}

/**
 * Starts a worker for an experiment's or watch's folder that runs until `ostinato down`, even if
 * another one is running, because that one is about to end.
 */
export async function startBackgroundWorker(
  ostinato: Ostinato,
  options: Pick<EnsureWorkerOptions, "name" | "watchId" | "dataFolder">,
): Promise<void> {
  const workflowId = workflowIdOf(options);
  const served = await servedFolder(ostinato, options, workflowId);
  await requireServable(served, workflowId);
  const { env } = ostinato;
  const worker = startWorkerProcess({
    env: { ...env, OSTINATO_DATA_FOLDER: served.dataFolder },
    role: "background",
  });
  await worker.ready;
}

interface ServedFolder {
  readonly dataFolder: string;
  /** Identity of the folder on this machine. */
  readonly identity?: string;
  /** The main queue of the experiment or watch. */
  readonly queue?: string;
}

async function servedFolder(
  ostinato: Ostinato,
  { dataFolder: given }: Pick<EnsureWorkerOptions, "dataFolder">,
  workflowId: string | undefined,
): Promise<ServedFolder> {
  const found =
    workflowId === undefined ? undefined : await findWorkflow(ostinato.client, workflowId);
  const fallback = dataFolderOf(given === undefined ? {} : { dataFolder: given }, ostinato.env);
  const dataFolder = found?.memo.dataFolder ?? fallback;
  const identity = await findFolderIdentity(dataFolder);
  return {
    dataFolder,
    ...defined({ identity }),
    ...(found?.open === true && { queue: found.taskQueue }),
  };
}

/** Throws if the worker would serve no folder, or not that of the experiment. */
async function requireServable(
  { dataFolder, identity, queue }: ServedFolder,
  workflowId: string | undefined,
): Promise<void> {
  if (workflowId === undefined) {
    await openDataFolder(dataFolder);
    return;
  }
  const quoted = JSON.stringify(dataFolder);
  if (!(await isThere(dataFolder))) {
    throw new UserError(
      `The data folder ${quoted} is not on this machine, so no worker was started. Mount it, or start \`ostinato worker\` on a machine that has it.`,
    );
  }
  if (queue === undefined) return;
  if (identity !== undefined && queuesOfFolder(identity).main === queue) return;
  const found =
    identity === undefined
      ? `has no ${markerName}`
      : `is not the one in which ${workflowId} started`;
  throw new UserError(
    `The data folder ${quoted} ${found}, so no worker was started. Mount or restore the folder that was at this path.`,
  );
}

/**
 * The workers of this set-up for the same server and namespace, and for the folder if one is given.
 */
export function ownWorkers(
  { env, address, namespace }: Ostinato,
  identity?: string,
): readonly WorkerFile[] {
  return liveWorkers(env).filter(
    (worker) =>
      worker.namespace === namespace &&
      loopbackName(worker.address) === loopbackName(address) &&
      (identity === undefined || worker.dataFolder.identity === identity),
  );
}

function loopbackName(address: string): string {
  return address.replace(/^localhost:/, "127.0.0.1:");
}

/**
 * The pollers of a queue for workflows, without this machine's dead ones. Those of other machines
 * stay listed for minutes.
 */
export async function listPollers(
  { client, namespace }: Ostinato,
  queue: string,
): Promise<Poller[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
  });
  return pollers.filter(({ identity }) => !isDeadHere(identity ?? ""));
}

/** Parses the name of a poller: `<pid>@<host>`, with `#<start>` for a worker. */
function isDeadHere(identity: string): boolean {
  const [, pid, host] = /^(\d+)@([^#]+)(?:#.*)?$/.exec(identity) ?? [];
  return host === hostname() && identityOf(Number(pid)) === undefined;
}

function workflowIdOf({
  name,
  watchId,
}: Pick<EnsureWorkerOptions, "name" | "watchId">): string | undefined {
  return watchId ?? (name === undefined ? undefined : experimentId(slug(name)));
}
