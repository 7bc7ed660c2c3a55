import { computedOnce } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import { unlessNone } from "../../domain/money/spending.js";
import type { Spending } from "../../domain/money/spending.js";
import type { Counts, Manifest } from "../../domain/experiment/experiment.js";
import { experimentId } from "../../domain/experiment/ids.js";
import { isNamedForItself } from "../../domain/experiment/stages.js";
import type { Stage } from "../../domain/experiment/stages.js";
import { isThere } from "../../storage/files/is-there.js";
import { findManifest, runPaths } from "../../storage/run/run-folder.js";
import { findSegmentResult } from "../../storage/run/run-result.js";
import { slug } from "../../storage/index/slug.js";
import type { CallCounts } from "../../storage/log/call-tally.js";
import { openRunFiles } from "./run-files.js";
import type { RunSnapshot } from "./run-files.js";
import { noCalls, sumOfCalls } from "./run-tallies.js";
import type { ExperimentMemo, MemoStage } from "../../../workflows/messages.js";
import type { FoundExperiment } from "./find-experiment.js";

/** `skipped`: the experiment ended before this stage, or left nothing to send. */
export type StageState = "waiting" | "running" | "finished" | "skipped";

/** The status of a stage. The experiment's status has the current counts of the running one. */
export interface StageStatus extends Stage {
  readonly state: StageState;
  readonly records?: number;
  readonly completed?: number;
  readonly failed?: number;
  /** The spending on its calls, once the stage has finished. */
  readonly spending?: Spending;
  /** Its calls, once the stage has finished. */
  readonly calls?: CallCounts;
  /** Set once the stage has finished, unless the file was moved or deleted. */
  readonly completedFile?: string;
  /** The run's state folder, once it is prepared. */
  readonly directory?: string;
}

/** Returns `undefined` for an experiment that is a single run. */
export async function stagesOfFound(
  found: Pick<FoundExperiment, "open" | "memo"> | undefined,
): Promise<readonly StageStatus[] | undefined> {
  const stages = found?.memo.stages;
  if (!found || !stages) return undefined;
  const read: StageStatus[] = [];
  for (const stage of stages) read.push(await stageStatus(stage, found.open));
  return read;
}

async function stageStatus(stage: MemoStage, open: boolean): Promise<StageStatus> {
  const { kind, name, directory } = stage;
  if (directory === undefined) return { kind, name, state: open ? "waiting" : "skipped" };
  const [manifest, result] = await Promise.all([
    findManifest(directory),
    findSegmentResult(directory),
  ]);
  const records = manifest && { records: recordsOf(manifest) };
  if (!result) return { kind, name, state: open ? "running" : "skipped", ...records, directory };
  const { completed, failed, spending } = result;
  const { completed: file } = runPaths(directory);
  const completedFile = (await isThere(file)) ? file : undefined;
  return {
    kind,
    name,
    state: "finished",
    ...records,
    completed,
    failed,
    directory,
    ...defined({
      completedFile,
      spending: spending && unlessNone(spending),
      calls: await computedOnce(callsOfFinished, directory, () => callsIn(directory)),
    }),
  };
}

/** By state folder. A finished stage does not change, and a follower asks twice a second. */
const callsOfFinished = new Map<string, Promise<CallCounts | undefined>>();

async function callsIn(directory: string): Promise<CallCounts | undefined> {
  const snapshot = await (await openRunFiles(directory))?.snapshot();
  return snapshot && [...snapshot.tallies.calls.values()].reduce(sumOfCalls, noCalls);
}

interface RunNow extends Counts, Pick<RunSnapshot, "aggregationErrors"> {
  /** The state folder of the run that the status shows. */
  readonly directory?: string;
}

/** The running stage has the current counts. The code of an aggregation fails after its run. */
export function stageNow(stage: StageStatus, now: RunNow): StageStatus {
  if (stage.kind === "aggregation" && now.aggregationErrors) {
    return { ...stage, completed: 0, failed: 1 };
  }
  const { completed, failed, directory } = now;
  const isNow = stage.state === "running" && stage.directory === directory;
  return isNow ? { ...stage, completed, failed } : stage;
}

function recordsOf({ records, invalid }: Manifest): number {
  return records + invalid;
}

/**
 * Prefix of the ids of groups and pages. Those of a stage include its name, those of a segment and
 * of an aggregation that of the experiment. Absent until the first stage is prepared.
 */
export function idPrefixOf(
  workflowId: string,
  { directory, stages }: Partial<ExperimentMemo>,
): string | undefined {
  if (directory === undefined) return undefined;
  const running = stages?.findLast((stage) => stage.directory !== undefined);
  const isNamed = running !== undefined && isNamedForItself(running);
  return `${isNamed ? experimentId(slug(running.name)) : workflowId}/`;
}
