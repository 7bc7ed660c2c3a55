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

/** What the server knows of an experiment's latest run. */
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

/** How a run ended; a mistake of the user's keeps its own words. */
export interface ExperimentEnd {
  readonly result?: ExperimentResult;
  readonly error?: string;
  readonly userError?: UserError;
}

/** `undefined` where the server doesn't know the name: it never ran, or longer ago than the server's retention. */
export async function findExperiment(
  client: Client,
  name: string,
): Promise<FoundExperiment | undefined> {
  return findWorkflow(client, experimentId(slug(name)));
}

/** The same by the workflow id of an experiment or watch. */
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

/** All that run, in every data folder. */
export async function* openExperiments(
  client: Client,
): AsyncGenerator<FoundExperiment, void, undefined> {
  const query = `WorkflowType = '${workflowTypes.experiment}' AND ExecutionStatus = 'Running'`;
  for await (const execution of client.workflow.list({ query })) yield toFound(execution);
}

/** What a description and a list tell alike. */
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
    ...(closeTime === undefined ? {} : { closedAt: closeTime.getTime() }),
    // Written by whoever started the experiment; a foreign workflow of that id may lack all of it.
    memo: memo ?? {},
  };
}

/** The state folder of what runs now, or of what is known best of an experiment that has ended. */
export function activeDirectory({ open, memo }: FoundExperiment): string | undefined {
  const prepared = open
    ? memo.stages?.findLast(({ directory }) => directory !== undefined)
    : undefined;
  return prepared?.directory ?? memo.directory;
}

type RunExperiment = (input: RunExperimentInput) => Promise<ExperimentResult>;

/** Waits for the end of a run. Rejects where the server can't be reached. */
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
