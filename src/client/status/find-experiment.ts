import type { Client, WorkflowExecutionInfo } from "@temporalio/client";
import {
  ApplicationFailure,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from "../connection/temporal.js";
import { experimentId } from "../../domain/experiment/ids.js";
import { UserError, userErrorType } from "../../domain/failure/user-error.js";
import { slug } from "../../storage/index/slug.js";
import { workflowTypes } from "../../../workflows/messages.js";
import type {
  ExperimentMemo,
  ExperimentResult,
  RunExperimentInput,
} from "../../../workflows/messages.js";

/** The server's facts about an experiment's latest run. */
export interface FoundExperiment {
  readonly workflowId: string;
  readonly runId: string;
  readonly open: boolean;
  readonly startedAt: number;
  readonly closedAt?: number;
  /** The main queue of its data folder. */
  readonly taskQueue: string;
  readonly memo: Partial<ExperimentMemo>;
}

/** The end of a run. A `UserError` keeps its message. */
export interface ExperimentEnd {
  readonly result?: ExperimentResult;
  readonly error?: string;
  readonly userError?: UserError;
}

/**
 * Returns `undefined` if the server does not know the name: it has never run, or not within the
 * server's retention.
 */
export async function findExperiment(
  client: Client,
  name: string,
): Promise<FoundExperiment | undefined> {
  return findWorkflow(client, experimentId(slug(name)));
}

/** Finds an experiment or watch by its workflow id. */
export async function findWorkflow(
  client: Client,
  workflowId: string,
): Promise<FoundExperiment | undefined> {
  try {
    return toFound(await client.workflow.getHandle(workflowId).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** All running experiments, in every data folder. */
export async function* openExperiments(
  client: Client,
): AsyncGenerator<FoundExperiment, void, undefined> {
  const query = `WorkflowType = '${workflowTypes.experiment}' AND ExecutionStatus = 'Running'`;
  for await (const execution of client.workflow.list({ query })) yield toFound(execution);
}

/** Reads the fields that descriptions and lists share. */
export function toFound(
  execution: Pick<
    WorkflowExecutionInfo,
    "workflowId" | "runId" | "status" | "startTime" | "closeTime" | "taskQueue" | "memo"
  >,
): FoundExperiment {
  const { workflowId, runId, status, startTime, closeTime, taskQueue, memo } = execution;
  return {
    workflowId,
    runId,
    open: status.name === "RUNNING" || status.name === "PAUSED",
    startedAt: startTime.getTime(),
    taskQueue,
    ...(closeTime !== undefined && { closedAt: closeTime.getTime() }),
    // The starter of an experiment writes it. Another workflow with this id may lack any of its
    // fields.
    memo: memo ?? {},
  };
}

/** The state folder of the running stage, or of the main stage of an ended experiment. */
export function activeDirectory({ open, memo }: FoundExperiment): string | undefined {
  const prepared = open
    ? memo.stages?.findLast(({ directory }) => directory !== undefined)
    : undefined;
  return prepared?.directory ?? memo.directory;
}

type RunExperiment = (input: RunExperimentInput) => Promise<ExperimentResult>;

/** Waits for the end of a run. Rejects if the server cannot be reached. */
export async function endOfExperiment(
  client: Client,
  { workflowId, runId }: Pick<FoundExperiment, "workflowId" | "runId">,
): Promise<ExperimentEnd> {
  try {
    return { result: await client.workflow.result<RunExperiment>(workflowId, runId) };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return failureOf(error);
  }
}

function failureOf(error: WorkflowFailedError): ExperimentEnd {
  const userFailure = causesOf(error).find(
    (cause) => cause instanceof ApplicationFailure && cause.type === userErrorType,
  );
  const last = causesOf(error).at(-1) ?? error;
  const message = last.message === "" ? error.message : last.message;
  if (!userFailure) return { error: message };
  return { error: message, userError: new UserError(userFailure.message, { cause: error }) };
}

function causesOf(error: Error): Error[] {
  return error.cause instanceof Error ? [error, ...causesOf(error.cause)] : [error];
}
