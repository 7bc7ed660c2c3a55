import { hostname } from "node:os";
import { experimentId, taskQueues } from "../../domain/experiment/ids.js";
import { identityOf } from "../../local-server/worker/process-identity.js";
import { liveWorkers, type WorkerFile } from "../../local-server/worker/worker-files.js";
import { startWorkerProcess } from "../../local-server/worker/worker-process.js";
import { slug } from "../../storage/index/slug.js";
import { workerAnswers } from "./worker-answers.js";
import type { Ostinato } from "../connection/ostinato.js";

/** As the server lists it. */
export interface Poller {
  readonly identity?: string | null;
}

export interface EnsureWorkerOptions {
  /** The experiment that is asked whether a worker answers. */
  readonly name?: string;
  /** Or the watch that is asked, by its workflow id. */
  readonly watchId?: string;
  /** A `child` ends with this process; a `background` worker goes on until `ostinato down`. */
  readonly role: "child" | "background";
  readonly onNotice?: (text: string) => void;
}

export interface WorkerHandle {
  /** By this call. */
  readonly started: boolean;
  /** Ends a child that this call started; does nothing else. */
  readonly stop: () => Promise<void>;
}

const otherWorker: WorkerHandle = { started: false, stop: () => Promise.resolve() };

/**
 * Starts a worker where none is there. One is there if its process lives on this machine, or if the server lists a
 * poller and the experiment answers: dead pollers of other machines are listed for minutes.
 */
export async function ensureWorker(
  ostinato: Ostinato,
  options: EnsureWorkerOptions,
): Promise<WorkerHandle> {
  if (ownWorkers(ostinato).length > 0) return otherWorker;
  if ((await listPollers(ostinato)).length > 0 && (await answers(ostinato, options)))
    return otherWorker;
  const worker = startWorkerProcess({
    env: { ...ostinato.env },
    role: options.role,
    ...(options.onNotice === undefined ? {} : { onNotice: options.onNotice }),
  });
  await worker.ready;
  return { started: true, stop: worker.stop };
}

/** The workers of this set-up that serve the same server and namespace. */
export function ownWorkers({ env, address, namespace }: Ostinato): readonly WorkerFile[] {
  return liveWorkers(env).filter(
    (worker) =>
      worker.namespace === namespace && loopbackName(worker.address) === loopbackName(address),
  );
}

function loopbackName(address: string): string {
  return address.replace(/^localhost:/, "127.0.0.1:");
}

/** Who polls for workflows, without the dead of this machine. The dead of others are listed for minutes. */
export async function listPollers({ client, namespace }: Ostinato): Promise<Poller[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueues.main },
  });
  return pollers.filter(({ identity }) => !isDeadHere(identity ?? ""));
}

/** By the SDK's way to name a poller: `<pid>@<host>`. */
function isDeadHere(identity: string): boolean {
  const [, pid, host] = /^(\d+)@(.+)$/.exec(identity) ?? [];
  return host === hostname() && identityOf(Number(pid)) === undefined;
}

async function answers(
  { client }: Ostinato,
  { name, watchId }: EnsureWorkerOptions,
): Promise<boolean> {
  const id = watchId ?? (name === undefined ? undefined : experimentId(slug(name)));
  return id !== undefined && (await workerAnswers(client, id));
}
