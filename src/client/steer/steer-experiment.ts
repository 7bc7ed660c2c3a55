import { shellWord } from "../../domain/shell-word.js";
import { WorkflowNotFoundError } from "../connection/temporal.js";
import { defined } from "../../domain/defined.js";
import { anyTarget } from "../../domain/experiment/target-plan.js";
import type { TargetLimit } from "../../domain/experiment/target-plan.js";
import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import { hintOf } from "../../domain/nearest-match.js";
import { problemOfChange, problemOfResume } from "../../domain/experiment/steering.js";
import { formatMoney } from "../../domain/money/format-money.js";
import { UserError } from "../../domain/failure/user-error.js";
import { keptTargets } from "../../evaluation/models/kept-folders.js";
import { readKeptFlow } from "../../storage/run/kept-flow.js";
import { readStepReports } from "../../storage/run/pipeline/step-report.js";
import { limitOfTarget } from "../../storage/run/target-plans.js";
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
import { experimentStatus } from "../status/experiment-status.js";
import { preparationProblem } from "../status/pending-problems.js";
import { refuseUnknownPrices } from "../start/refuse-unknown-prices.js";
import { awaitDelivery } from "./delivery.js";
import type { Delivery } from "./delivery.js";
import { endUnprepared } from "./end-unprepared.js";
import { endWithoutFolder } from "./end-without-folder.js";
import type { Ostinato } from "../connection/ostinato.js";
import { refuseKeyConflicts } from "../worker/refuse-key-conflicts.js";
import { unknownExperiment } from "../status/unknown-experiment.js";

/**
 * Changes a running experiment. The change takes effect within 4 s if a worker is running.
 * Otherwise the server keeps it for the next worker. Throws a `UserError` if the name is not
 * running.
 */
export type Steer = (ostinato: Ostinato, name: string) => Promise<Delivery>;

/** Pauses sending until the experiment is resumed. Calls in flight end normally. */
export const pauseExperiment: Steer = async (ostinato, name) => {
  const found = await findOpen(ostinato, name);
  return await signal(ostinato, found, (handle) => handle.signal(pauseSignal));
};

/**
 * Cancels an experiment. Records without an outcome fail with `error.type` `cancelled`, and all
 * files are written. A second cancellation aborts the calls in flight. Returns whether this was the
 * first or the second cancellation, or `kept` if no worker has taken the request (see `Delivery`).
 * Two kinds of experiments end at once, without a worker, and their names become free: `ended` where
 * the folder was moved or deleted, `unprepared` where the preparation fails and is tried again.
 */
export async function cancelExperiment(
  ostinato: Ostinato,
  name: string,
): Promise<"cancelled" | "aborted" | "ended" | "unprepared" | "kept"> {
  const found = await findOpen(ostinato, name);
  const directory = activeDirectory(found);
  if (directory !== undefined && (await isRunMissing(directory))) {
    await endWithoutFolder(ostinato.client, found, directory);
    return "ended";
  }
  const problem = await preparationProblem(ostinato.client, found.workflowId);
  if (problem !== undefined) {
    await endUnprepared(ostinato.client, found, problem);
    return "unprepared";
  }
  const answer = await askExperiment(ostinato.client, found.workflowId);
  const delivery = await signal(ostinato, found, (handle) => handle.signal(cancelSignal));
  if (delivery === "kept") return "kept";
  return answer?.description.cancelled === true ? "aborted" : "cancelled";
}

/** Changes of a resumed experiment. */
export interface ResumeOptions {
  /**
   * Dollars that the experiment may spend in total, including its spending so far. @default the
   * previous maximum
   */
  readonly maxCost?: number;
}

/**
 * Resumes an experiment after a pause, together with its blocked records. The environment file is
 * read again. Throws `UserError` if a worker lacks a key that is set here, and if the experiment
 * has already spent `maxCost`.
 */
export async function resumeExperiment(
  ostinato: Ostinato,
  name: string,
  { maxCost }: ResumeOptions = {},
): Promise<Delivery> {
  const found = await findOpen(ostinato, name);
  const manifest = await manifestOf(found);
  if (manifest) {
    const check = await checkOf(found, manifest);
    await refuseKeyConflicts(ostinato, check);
    if (maxCost !== undefined) {
      await refuseUnpriced(ostinato, check, maxCost);
      await refuseSpentSum(ostinato, name, maxCost);
    }
  }
  const message = maxCost === undefined ? [] : ([{ maxCost }] as const);
  return await signal(ostinato, found, (handle) => handle.signal(resumeSignal, ...message));
}

interface RunCheck {
  readonly settings: ExperimentSettings;
  /** `<api>/<model>` of all calls of all stages. */
  readonly targets: readonly string[];
}

async function checkOf(found: FoundExperiment, { settings, targets }: RunCheck): Promise<RunCheck> {
  return { settings, targets: [...targets, ...(await targetsOfStages(found, settings))] };
}

async function refuseUnpriced(
  { env }: Ostinato,
  { settings, targets }: RunCheck,
  maxCost: number,
): Promise<void> {
  await refuseUnknownPrices({ settings: { ...settings, maxCost }, targets, env });
}

async function refuseSpentSum(ostinato: Ostinato, name: string, maxCost: number): Promise<void> {
  const problem = problemOfResume({ maxCost });
  if (problem !== undefined) throw new UserError(problem);
  const { spending } = await experimentStatus(ostinato, name);
  const spent = spending?.cost ?? 0;
  if (maxCost > spent) return;
  throw new UserError(
    `"${name}" has spent ${formatMoney(spent)} already. Give --max-cost a larger sum.`,
  );
}

/** Changes to an experiment. Missing values stay unchanged. */
export interface ExperimentChange {
  /** Group to change. @default all groups */
  readonly group?: string;
  /** Requests per minute, from 0.0007 (one call a day) to 600,000. */
  readonly requestsPerMinute?: number;
  /** Maximum number of concurrent calls, from 1. `null` removes it. */
  readonly inFlight?: number | null;
  /** Priority among experiments that share a limit: 1 goes first, 5 last. */
  readonly priority?: number;
  /**
   * Dollars that the whole experiment may spend. Once they are spent, the experiment waits for a
   * resume.
   */
  readonly maxCost?: number;
}

/**
 * Changes a running experiment. Takes effect like `Steer`. Throws a `UserError` for an empty
 * change, an invalid value, an unknown group, a model without a price if `maxCost` is set, and an
 * experiment that is not running.
 */
export async function changeExperiment(
  ostinato: Ostinato,
  name: string,
  change: ExperimentChange,
): Promise<Delivery> {
  checkChange(change);
  const found = await findOpen(ostinato, name);
  const { group, maxCost } = change;
  const manifest = maxCost === undefined ? undefined : await manifestOf(found);
  if (manifest && maxCost !== undefined) {
    await refuseUnpriced(ostinato, await checkOf(found, manifest), maxCost);
  }
  const limit = group === undefined ? undefined : await checkGroup(ostinato, found, group);
  const message: Change = { ...change, ...defined({ limit }) };
  return await signal(ostinato, found, (handle) => handle.signal(changeSignal, message));
}

function checkChange(change: ExperimentChange): void {
  const { requestsPerMinute, inFlight, priority, maxCost } = change;
  const values = [requestsPerMinute, inFlight, priority, maxCost];
  if (values.every((value) => value === undefined)) {
    throw new UserError(
      "Expected a change of the rate, of the calls in flight, of the priority or of the maximum cost, got none. " +
        "Give --max-queries, --in-flight, --priority or --max-cost.",
    );
  }
  const problem = problemOfChange(change);
  if (problem !== undefined) throw new UserError(problem);
}

/**
 * Checks the group against the files, or with a worker if there are no files. If neither is
 * available, the experiment ignores an unknown group. Returns the limit of a model that only the
 * code of a flow has asked for.
 */
async function checkGroup(
  ostinato: Ostinato,
  found: FoundExperiment,
  group: string,
): Promise<TargetLimit | undefined> {
  const groups =
    (await manifestOf(found))?.groups ??
    (await askExperiment(ostinato.client, found.workflowId))?.description.prepared?.groups;
  if (!groups) return undefined;
  // The rows of a pipeline are one group, so a change names a model instead.
  const names = groups.flatMap(({ name, targets }) => targets?.map(({ target }) => target) ?? name);
  if (names.includes(group) && group !== anyTarget) return undefined;
  const asked = names.includes(anyTarget) ? await modelsAsked(found) : [];
  const directory = found.memo.directory;
  if (asked.includes(group) && directory !== undefined) {
    return limitOfTarget(group, (await readKeptFlow(directory)).rateTable);
  }
  const known = [...new Set([...names.filter((name) => name !== anyTarget), ...asked])];
  const hint = known.length > 0 ? hintOf(group, known) : "Its code has asked no model so far.";
  throw new UserError(`The experiment has no group "${group}". ${hint}`);
}

/** Returns the models that the code of a flow has asked for so far. */
async function modelsAsked({ memo }: FoundExperiment): Promise<readonly string[]> {
  if (memo.directory === undefined) return [];
  const { models = {} } = await readStepReports(memo.directory, Date.now());
  return [...new Set(Object.values(models).flat())];
}

async function manifestOf({ memo }: FoundExperiment): ReturnType<typeof findManifest> {
  return memo.directory === undefined ? undefined : await findManifest(memo.directory);
}

/** Returns the targets of judges and rephrase models, for all stages. */
async function targetsOfStages(
  { memo }: FoundExperiment,
  settings: ExperimentSettings,
): Promise<readonly string[]> {
  const first = memo.stages?.find(({ directory }) => directory !== undefined)?.directory;
  return first === undefined ? [] : await keptTargets(settings, first);
}

/** @internal */
export interface OpenExperiment extends FoundExperiment {
  readonly name: string;
}

/** @internal */
export async function findOpen(ostinato: Ostinato, name: string): Promise<OpenExperiment> {
  const found = await findExperiment(ostinato.client, name);
  if (!found) throw await unknownExperiment(ostinato, name);
  if (!found.open) throw ended(name);
  return { ...found, name };
}

type ExperimentHandle = ReturnType<Ostinato["client"]["workflow"]["getHandle"]>;

/**
 * Sends a signal and waits for a worker to take it.
 *
 * @internal
 */
export async function signal(
  ostinato: Ostinato,
  { name, workflowId }: OpenExperiment,
  send: (handle: ExperimentHandle) => Promise<void>,
): Promise<Delivery> {
  try {
    await send(ostinato.client.workflow.getHandle(workflowId));
    return await awaitDelivery(ostinato, workflowId);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw ended(name);
    throw error;
  }
}

function ended(name: string): UserError {
  return new UserError(
    `The experiment "${name}" has ended, so it can't be steered. See \`ostinato status ${shellWord(name)}\`.`,
  );
}
