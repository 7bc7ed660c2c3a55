import { WorkflowNotFoundError } from "../connection/temporal.js";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import { hintOf } from "../../domain/nearest-match.js";
import { problemOfChange } from "../../domain/experiment/steering.js";
import { UserError } from "../../domain/failure/user-error.js";
import { keptTargets } from "../../evaluation/models/kept-folders.js";
import { findManifest, isRunMissing } from "../../storage/run/run-folder.js";
import {
  cancelSignal,
  changeSignal,
  pauseSignal,
  resumeSignal,
} from "../../../workflows/messages.js";
import type { Change } from "../../../workflows/messages.js";
import { askExperiment } from "../status/ask-experiment.js";
import { activeDirectory, findExperiment } from "../status/find-experiment.js";
import type { FoundExperiment } from "../status/find-experiment.js";
import { endWithoutFolder } from "./end-without-folder.js";
import type { Ostinato } from "../connection/ostinato.js";
import { refuseKeyConflicts } from "../worker/refuse-key-conflicts.js";
import { unknownExperiment } from "../status/unknown-experiment.js";

/**
 * Takes effect within 4 s if a worker is running, and is kept for later otherwise. Throws
 * `UserError` if the name is not running.
 */
export type Steer = (ostinato: Ostinato, name: string) => Promise<void>;

/** Pauses sending until the experiment is resumed. Calls in flight end normally. */
export const pauseExperiment: Steer = async (ostinato, name) => {
  await signal(ostinato, await findOpen(ostinato, name), (handle) => handle.signal(pauseSignal));
};

/**
 * Cancels an experiment. Records without an outcome fail with `error.type` `cancelled`, and all
 * files are written. A second cancellation aborts the calls in flight. Returns which of the two it
 * was, if a worker can tell. An experiment whose folder was moved or deleted is `ended` at once,
 * without a worker, and its name becomes free.
 */
export async function cancelExperiment(
  ostinato: Ostinato,
  name: string,
): Promise<"cancelled" | "aborted" | "ended"> {
  const found = await findOpen(ostinato, name);
  const directory = activeDirectory(found);
  if (directory !== undefined && (await isRunMissing(directory))) {
    await endWithoutFolder(ostinato.client, found, directory);
    return "ended";
  }
  const answer = await askExperiment(ostinato.client, found.workflowId);
  await signal(ostinato, found, (handle) => handle.signal(cancelSignal));
  return answer?.description.cancelled === true ? "aborted" : "cancelled";
}

/**
 * Resumes an experiment after a pause, together with its blocked records. The environment file is
 * read again. Throws `UserError` if a worker lacks a key that is set here.
 */
export async function resumeExperiment(ostinato: Ostinato, name: string): Promise<void> {
  const found = await findOpen(ostinato, name);
  const manifest = await manifestOf(found);
  if (manifest) {
    const { settings } = manifest;
    const targets = [...manifest.targets, ...(await targetsOfStages(found, settings))];
    await refuseKeyConflicts(ostinato, { settings, targets });
  }
  await signal(ostinato, found, (handle) => handle.signal(resumeSignal));
}

/** Changes to an experiment. Missing values stay unchanged. */
export interface ExperimentChange {
  /** Only this group. @default all groups */
  readonly group?: string;
  readonly requestsPerMinute?: number;
  /** `null` removes the cap. */
  readonly inFlight?: number | null;
  /** Priority among experiments that share a limit: 1 goes first, 5 last. */
  readonly priority?: number;
}

export async function changeExperiment(
  ostinato: Ostinato,
  name: string,
  change: ExperimentChange,
): Promise<void> {
  checkChange(change);
  const found = await findOpen(ostinato, name);
  if (change.group !== undefined) await checkGroup(ostinato, found, change.group);
  const message: Change = change;
  await signal(ostinato, found, (handle) => handle.signal(changeSignal, message));
}

function checkChange(change: ExperimentChange): void {
  const { requestsPerMinute, inFlight, priority } = change;
  if (requestsPerMinute === undefined && inFlight === undefined && priority === undefined) {
    throw new UserError(
      "Expected a change of the rate, of the calls in flight or of the priority, got none. " +
        "Give --max-queries or --in-flight or --priority.",
    );
  }
  const problem = problemOfChange(change);
  if (problem !== undefined) throw new UserError(problem);
}

/**
 * Checks the group against the files, otherwise with a worker. If neither is available, the
 * experiment ignores an unknown group.
 */
async function checkGroup(
  ostinato: Ostinato,
  found: FoundExperiment,
  group: string,
): Promise<void> {
  const groups =
    (await manifestOf(found))?.groups ??
    (await askExperiment(ostinato.client, found.workflowId))?.description.prepared?.groups;
  if (!groups) return;
  // The rows of a pipeline are one group, and a change names one of their models.
  const names = groups.flatMap(({ name, targets }) => targets?.map(({ target }) => target) ?? name);
  if (names.includes(group)) return;
  throw new UserError(`The experiment has no group "${group}". ${hintOf(group, names)}`);
}

async function manifestOf({ memo }: FoundExperiment): ReturnType<typeof findManifest> {
  return memo.directory === undefined ? undefined : await findManifest(memo.directory);
}

/** The targets of judges and rephrase models, for all stages. */
async function targetsOfStages(
  { memo }: FoundExperiment,
  settings: ExperimentSettings,
): Promise<readonly string[]> {
  const first = memo.stages?.find(({ directory }) => directory !== undefined)?.directory;
  return first === undefined ? [] : await keptTargets(settings, first);
}

interface OpenExperiment extends FoundExperiment {
  readonly name: string;
}

async function findOpen(ostinato: Ostinato, name: string): Promise<OpenExperiment> {
  const found = await findExperiment(ostinato.client, name);
  if (!found) throw await unknownExperiment(ostinato, name);
  if (!found.open) throw ended(name);
  return { ...found, name };
}

type ExperimentHandle = ReturnType<Ostinato["client"]["workflow"]["getHandle"]>;

async function signal(
  { client }: Ostinato,
  { name, workflowId }: OpenExperiment,
  send: (handle: ExperimentHandle) => Promise<void>,
): Promise<void> {
  try {
    await send(client.workflow.getHandle(workflowId));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw ended(name);
    throw error;
  }
}

function ended(name: string): UserError {
  return new UserError(
    `The experiment "${name}" has ended, so it can't be steered. See \`ostinato status ${name}\`.`,
  );
}
