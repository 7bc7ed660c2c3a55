import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@temporalio/client";
import { experimentId } from "../../domain/experiment/ids.js";
import { isNamedForItself } from "../../domain/experiment/stages.js";
import { UserError } from "../../domain/failure/user-error.js";
import { shellWord } from "../../domain/shell-word.js";
import { slug } from "../../storage/index/slug.js";
import { removableFiles, removeFiles } from "../../storage/run/removable-files.js";
import type { RemovableFiles } from "../../storage/run/removable-files.js";
import { runPaths } from "../../storage/run/run-folder.js";
import { isNotFound } from "../connection/is-server-gone.js";
import type { Ostinato } from "../connection/ostinato.js";
import { findExperiment, findWorkflow } from "../status/find-experiment.js";
import type { FoundExperiment } from "../status/find-experiment.js";
import { dataFolderOf } from "../connection/find-options.js";
import type { FindOptions } from "../connection/find-options.js";
import { unknownExperiment } from "../status/unknown-experiment.js";

export interface RemoveOptions extends FindOptions {
  /**
   * Keep inputs, completed files, logs and reports. The hidden state of the runs is removed.
   * @default false
   */
  readonly keepFiles?: boolean;
}

/** An experiment that can be removed, with its files and workflows. Nothing is removed yet. */
export interface PlannedRemoval {
  readonly name: string;
  readonly dataFolder: string;
  /** True if the server knows the experiment. */
  readonly isOnServer: boolean;
  readonly folders: readonly RemovableFiles[];
  /** Prefixes of the ids of the workflows below the experiment. */
  readonly idPrefixes: readonly string[];
}

/**
 * Finds all files and workflows of experiments, pipelines and batch runs. Throws a `UserError` if a
 * name is unknown or running, or if `keepFiles` would lose answers.
 */
export async function planRemoval(
  ostinato: Ostinato,
  names: readonly string[],
  options: RemoveOptions = {},
): Promise<readonly PlannedRemoval[]> {
  const planned: PlannedRemoval[] = [];
  for (const name of new Set(names)) planned.push(await planOf(ostinato, name, options));
  return planned;
}

/**
 * Removes the planned files first, then the histories on the server. Safe to repeat. Throws a
 * `UserError` if an experiment of the name has started in the meantime.
 */
export async function removePlanned(
  ostinato: Ostinato,
  { name, folders, idPrefixes }: PlannedRemoval,
): Promise<void> {
  const found = await findExperiment(ostinato.client, name);
  if (found?.open === true) throw isRunning(name);
  for (const files of folders) await removeFiles(files);
  if (found) await forget(ostinato.client, found, idPrefixes);
}

async function planOf(
  ostinato: Ostinato,
  name: string,
  options: RemoveOptions,
): Promise<PlannedRemoval> {
  const found = await findExperiment(ostinato.client, name);
  if (found?.open === true) throw isRunning(name);
  const dataFolder = found?.memo.dataFolder ?? dataFolderOf(options, ostinato.env);
  const { keepFiles = false } = options;
  const folders = await removableFiles(dataFolder, name, { withFiles: !keepFiles });
  if (!found && folders.length === 0) throw await unknownExperiment(ostinato, name, dataFolder);
  if (keepFiles && folders.some(({ unfinished }) => unfinished.length > 0))
    throw losesAnswers(name);
  return {
    name,
    dataFolder,
    isOnServer: found !== undefined,
    folders,
    idPrefixes: idsOf(name, found),
  };
}

function idsOf(name: string, found: FoundExperiment | undefined): readonly string[] {
  const ofStages = (found?.memo.stages ?? []).flatMap((stage) =>
    stage.directory === undefined || !isNamedForItself(stage)
      ? []
      : [`${experimentId(slug(stage.name))}/${runPaths(stage.directory).stamp}/`],
  );
  return [`${experimentId(slug(name))}/`, ...ofStages];
}

/** Deletes the closed runs of the experiment and of the workflows below it. */
async function forget(
  client: Client,
  { workflowId, runId }: FoundExperiment,
  idPrefixes: readonly string[],
): Promise<void> {
  const below = idPrefixes.map((prefix) => `WorkflowId STARTS_WITH '${prefix}'`);
  const query = [`WorkflowId = '${workflowId}'`, ...below].join(" OR ");
  for await (const execution of client.workflow.list({
    query: `(${query}) AND CloseTime IS NOT NULL`,
  })) {
    await deleteRun(client, execution);
  }
  // The list of runs on a server may lag behind.
  await deleteRun(client, { workflowId, runId });
  await untilForgotten(client, { workflowId, runId });
}

async function deleteRun(
  client: Client,
  workflowExecution: { readonly workflowId: string; readonly runId: string },
): Promise<void> {
  try {
    await client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution,
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

const mostWaits = 50;
const waitMs = 100;

/** Waits until the server has deleted the history, which happens some moments after the request. */
async function untilForgotten(
  client: Client,
  { workflowId, runId }: Pick<FoundExperiment, "workflowId" | "runId">,
): Promise<void> {
  for (let wait = 0; wait < mostWaits; wait += 1) {
    const found = await findWorkflow(client, workflowId);
    if (found?.runId !== runId) return;
    await sleep(waitMs);
  }
}

function isRunning(name: string): UserError {
  const word = shellWord(name);
  return new UserError(
    `"${name}" is running, so it is not removed. End it first with \`ostinato cancel ${word}\`, or wait for its end with \`ostinato follow ${word}\`.`,
  );
}

function losesAnswers(name: string): UserError {
  return new UserError(
    `"${name}" has a run without a completed file, whose answers are only in its state. Save them first: \`ostinato results ${shellWord(name)} --output FILE.jsonl\`, and leave out --keep-files.`,
  );
}
