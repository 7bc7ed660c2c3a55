import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import { UserError } from "../../domain/failure/user-error.js";
import { hashSecret } from "../../local-server/worker/worker-files.js";
import type { WorkerFile } from "../../local-server/worker/worker-files.js";
import { findFolderIdentity } from "../../storage/folder-identity.js";
import { ownWorkers } from "./ensure-worker.js";
import { endWorkerText } from "./end-worker-text.js";
import type { Ostinato } from "../connection/ostinato.js";
import { readEnvironment } from "../../providers/access/environment.js";
import { openProviders } from "../../providers/registry/open-providers.js";

export interface KeyCheck {
  /**
   * Settings of the experiment: the folder of the workers, the environment file that they read, and
   * its own APIs.
   */
  readonly settings: Pick<ExperimentSettings, "dataFolder" | "envFile" | "providers">;
  /** `<api>/<model>` of the records. @default all APIs, if the records are not known yet */
  readonly targets?: readonly string[];
}

/**
 * Throws a `UserError` if this shell has a key that a live worker lacks or has with another value.
 * The worker makes the calls, from its own environment and then the environment file, so the key in
 * this shell would not be used.
 */
export async function refuseKeyConflicts(
  ostinato: Ostinato,
  { settings: { dataFolder, envFile, providers: modules }, targets }: KeyCheck,
): Promise<void> {
  const identity = await findFolderIdentity(dataFolder);
  const workers = identity === undefined ? [] : ownWorkers(ostinato, identity);
  if (workers.length === 0) return;
  const providers = await openProviders(modules);
  const apis = targets && [...new Set(targets.map(apiOf))];
  const own = await providers.secretsOf(ostinato.env, apis);
  const inFile = await readEnvironment(envFile, {});
  for (const [variable, value] of Object.entries(own)) {
    for (const worker of workers) {
      const conflict = conflictOf(worker, { variable, value, inFile: inFile[variable], envFile });
      if (conflict !== undefined) throw new UserError(conflict);
    }
  }
}

function apiOf(target: string): string {
  return target.split("/", 1)[0] ?? target;
}

interface Key {
  readonly variable: string;
  readonly value: string;
  readonly inFile: string | undefined;
  readonly envFile: string;
}

function conflictOf(worker: WorkerFile, key: Key): string | undefined {
  const { variable, value, inFile, envFile } = key;
  const name = `the ${worker.role} worker with pid ${worker.pid}`;
  const end = endWorkerText(worker);
  const hash = worker.keys[variable] ?? worker.others?.[variable];
  if (hash === undefined) {
    if (inFile === value) return undefined;
    return `\`${variable}\` is set here, but ${name} lacks it. Put the variable in ${envFile}, or ${end}.`;
  }
  if (hash === hashSecret(worker.salt, value)) return undefined;
  return (
    `\`${variable}\` has another value here than in ${name}, whose own wins. ` +
    `Unset \`${variable}\` here, or ${end}.`
  );
}
