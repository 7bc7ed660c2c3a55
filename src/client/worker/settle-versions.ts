import { workflowTypes } from "../../../workflows/messages.js";
import { queuesOfFolder } from "../../domain/experiment/ids.js";
import { UserError } from "../../domain/failure/user-error.js";
import { retireWorkers } from "../../local-server/worker/end-workers.js";
import { installedBuild } from "../../local-server/worker/worker-build.js";
import type { WorkerBuild } from "../../local-server/worker/worker-build.js";
import type { WorkerFile } from "../../local-server/worker/worker-files.js";
import type { Ostinato } from "../connection/ostinato.js";
import { endWorkerText } from "./end-worker-text.js";
import { ownWorkers } from "./ensure-worker.js";

/**
 * Call before starting anything in a data folder. A worker of another build may not support it. An
 * idle background worker is stopped, and a new one replaces it. Throws a `UserError` if such a
 * worker is busy, or was started by hand.
 *
 * @param identity identity of the data folder
 */
export async function settleVersions(ostinato: Ostinato, identity: string): Promise<void> {
  const ours = installedBuild();
  const others = ownWorkers(ostinato, identity).filter(
    ({ version, build }) => version !== ours.version || build !== ours.build,
  );
  if (others.length === 0) return;
  const isIdle = await hasNoWork(ostinato, identity);
  for (const worker of others) {
    if (worker.role !== "background" || !isIdle) throw otherVersion(worker, ours, isIdle);
  }
  await retireWorkers(ostinato.env, others);
}

async function hasNoWork({ client }: Ostinato, identity: string): Promise<boolean> {
  const queue = queuesOfFolder(identity).main;
  const query =
    `TaskQueue = '${queue}' AND ExecutionStatus = 'Running' ` +
    `AND WorkflowType != '${workflowTypes.warmUp}'`;
  return (await client.workflow.count(query)).count === 0;
}

function otherVersion(worker: WorkerFile, ours: WorkerBuild, isIdle: boolean): UserError {
  const { role, pid, dataFolder } = worker;
  const end = endWorkerText(worker);
  const remedy = isIdle
    ? `To continue, ${end}.`
    : `Experiments of that folder are running. Wait for their end, or ${end}: they continue with the next worker.`;
  return new UserError(
    `The ${role} worker with pid ${pid} serves ${dataFolder.path} with Ostinato ${textOf(worker)}, and this command is ${textOf(ours)}. ${remedy}`,
  );
}

function textOf({ version, build }: WorkerBuild): string {
  return `${version} (build ${build})`;
}
