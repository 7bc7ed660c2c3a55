import { resolve } from "node:path";
import type { WorkflowExecutionInfo } from "@temporalio/client";
import { defined } from "../../domain/defined.js";
import { sumOfSpending, unlessNone } from "../../domain/money/spending.js";
import type { Spending } from "../../domain/money/spending.js";
import type { StageKind } from "../../domain/experiment/stages.js";
import { listRuns } from "../../storage/data-folder.js";
import type { RunSummary } from "../../storage/data-folder.js";
import { aggregationErrors } from "../../storage/batch/aggregation-errors.js";
import { runKind } from "../../storage/run/run-kind.js";
import { runPaths } from "../../storage/run/run-folder.js";
import { workflowTypes } from "../../../workflows/messages.js";
import { activeDirectory, endOfExperiment, toFound } from "../status/find-experiment.js";
import type { ExperimentEnd, FoundExperiment } from "../status/find-experiment.js";
import type { ExperimentKind } from "./is-listed.js";
import { isBegun } from "./is-begun.js";
import { mapAtOnce } from "../map-at-once.js";
import { WorkflowNotFoundError } from "../connection/temporal.js";
import { dataFolderOf } from "../connection/find-options.js";
import type { FindOptions } from "../connection/find-options.js";
import type { Ostinato } from "../connection/ostinato.js";
import { countsSoFar } from "../status/run-files.js";
import type { ExperimentState } from "../status/status.js";

export interface KnownOptions extends FindOptions {
  /**
   * Called for each run that is unreadable and therefore not listed, e.g. one of a newer version of
   * Ostinato.
   */
  readonly onNotice?: (text: string) => void;
}

/** One run of an experiment. */
export interface ExperimentSummary {
  readonly name: string;
  readonly state: ExperimentState;
  /** False for an open run without a worker, which sends nothing. Absent for an ended run. */
  readonly workerAnswers?: boolean;
  /** Absent until the run is prepared. */
  readonly kind?: ExperimentKind;
  /** Running stage of an experiment with several stages. The counts and the folder belong to it. */
  readonly stage?: StageKind;
  /**
   * All stages of an experiment with several stages, in order. The counts of an ended experiment
   * come from its main stage.
   */
  readonly stages?: readonly StageKind[];
  readonly dataFolder: string;
  readonly directory?: string;
  readonly stamp?: string;
  /** Absent, like the counts, until the run is prepared. */
  readonly records?: number;
  readonly completed?: number;
  readonly failed?: number;
  /** True for a batch run whose aggregation has failed. */
  readonly aggregationFailed?: true;
  /** The spending on the calls of all finished stages. Absent if none costs anything. */
  readonly spending?: Spending;
  readonly completedFile?: string;
  /** Start time in ms since the epoch. */
  readonly startedAt: number;
  readonly finishedAt?: number;
}

/**
 * Returns the runs on the server and in the data folder. All open runs have the state `running`,
 * because only a worker or the logs know their exact state.
 */
export async function knownExperiments(
  ostinato: Ostinato,
  options: KnownOptions = {},
): Promise<ExperimentSummary[]> {
  const folder = dataFolderOf(options, ostinato.env);
  const executions = await executionsOf(ostinato);
  const folders = new Set([folder, ...executions.flatMap(({ memo }) => memo.dataFolder ?? [])]);
  const runs = new Map<string, Listed>();
  for (const dataFolder of folders) {
    const output = resolve(dataFolder, "output");
    const found = await listRuns({ output }, ({ reason }) => {
      options.onNotice?.(`Not listed: ${reason}`);
    });
    for (const run of found) {
      runs.set(run.directory, { dataFolder, run });
    }
  }
  const listed = await mapAtOnce(executions, (found) => ofExecution(ostinato, found, runs));
  const known = listed.flatMap((one) => one ?? []);
  const ofStages = executions.flatMap(({ memo }) => memo.stages ?? []);
  const onServer = new Set([...known, ...ofStages].map(({ directory }) => directory));
  const others = [...runs.values()].filter(
    ({ dataFolder, run }) =>
      dataFolder === folder && !onServer.has(run.directory) && !isBegun(run, executions),
  );
  const forgotten = await mapAtOnce(others, ofFolder);
  return [...known, ...forgotten];
}

interface Listed {
  readonly dataFolder: string;
  readonly run: RunSummary;
}

async function executionsOf({ client }: Ostinato): Promise<FoundExperiment[]> {
  const executions: WorkflowExecutionInfo[] = [];
  const query = `WorkflowType = '${workflowTypes.experiment}'`;
  for await (const execution of client.workflow.list({ query })) executions.push(execution);
  return executions.map(toFound);
}

/** Returns `undefined` for a run that the server has deleted and still lists for a moment. */
async function ofExecution(
  ostinato: Ostinato,
  found: FoundExperiment,
  runs: ReadonlyMap<string, Listed>,
): Promise<ExperimentSummary | undefined> {
  const { memo, open, startedAt, closedAt, workflowId } = found;
  const end = open ? {} : await endIfKept(ostinato, found);
  if (!end) return undefined;
  const directory = activeDirectory(found);
  const listed = directory === undefined ? undefined : runs.get(directory);
  const { result } = end;
  return {
    ...(listed && (await factsOf(listed.run))),
    name: memo.name ?? workflowId,
    state: open ? "running" : (result?.status ?? "failed"),
    ...stagesOf(found, runs),
    dataFolder: memo.dataFolder ?? "",
    startedAt,
    ...(directory !== undefined && { directory, stamp: runPaths(directory).stamp }),
    ...(result && {
      completed: result.completed,
      failed: result.failed,
      completedFile: result.completedFile,
    }),
    ...defined({ finishedAt: closedAt }),
  };
}

async function endIfKept(
  { client }: Ostinato,
  found: FoundExperiment,
): Promise<ExperimentEnd | undefined> {
  try {
    return await endOfExperiment(client, found);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function stagesOf(
  { open, memo: { stages } }: FoundExperiment,
  runs: ReadonlyMap<string, Listed>,
): Pick<ExperimentSummary, "stage" | "stages" | "spending"> {
  if (!stages) return {};
  const running = open ? stages.findLast(({ directory }) => directory !== undefined) : undefined;
  const spent = stages.flatMap(({ directory = "" }) => runs.get(directory)?.run.spending ?? []);
  return {
    stages: stages.map(({ kind }) => kind),
    ...defined({ stage: running?.kind, spending: unlessNone(sumOfSpending(spent)) }),
  };
}

async function ofFolder({ dataFolder, run }: Listed): Promise<ExperimentSummary> {
  const { name, directory, stamp, startedAt } = run;
  const state = run.finished ? "finished" : "unknown";
  return { ...(await factsOf(run)), name, state, dataFolder, directory, stamp, startedAt };
}

async function kindOf({ directory, stage }: RunSummary): Promise<ExperimentKind> {
  if (stage?.kind === "judge" || stage?.kind === "rephrase") return stage.kind;
  return await runKind(directory);
}

type RunFacts = Pick<
  ExperimentSummary,
  | "kind"
  | "records"
  | "completed"
  | "failed"
  | "aggregationFailed"
  | "spending"
  | "completedFile"
  | "finishedAt"
>;

async function factsOf(run: RunSummary): Promise<RunFacts> {
  const { records, invalid, counts, spending, completedFile, finishedAt, directory } = run;
  const kind = await kindOf(run);
  const isFailed = kind === "batch" && (await aggregationErrors(directory)) !== undefined;
  return {
    kind,
    ...(isFailed && { aggregationFailed: true }),
    records: records + invalid,
    ...(counts ?? (await countsSoFar(directory))),
    ...defined({ spending, completedFile, finishedAt }),
  };
}
