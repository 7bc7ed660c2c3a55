import { resolve } from "node:path";
import { sumOfSpending, unlessNone } from "../../domain/money/spending.js";
import type { Spending } from "../../domain/money/spending.js";
import { listRuns } from "../../storage/data-folder.js";
import type { RunSummary } from "../../storage/data-folder.js";
import type { ExperimentStatus } from "../status/status.js";

/** The sum over all runs of a name. */
export interface AllRuns {
  readonly runs: number;
  /** Spending on the calls of all stages. */
  readonly spending: Spending;
}

/**
 * Returns the spending of all runs of a name in the data folder. `undefined` if there is no other
 * run, or nothing was spent.
 */
export async function spendingOfAllRuns(
  status: Pick<ExperimentStatus, "name" | "dataFolder" | "directory" | "stages" | "spending">,
): Promise<AllRuns | undefined> {
  const { name, dataFolder, directory, stages = [], spending } = status;
  const own = new Set([directory, ...stages.map((stage) => stage.directory)]);
  const all = await listRuns({ output: resolve(dataFolder, "output") });
  const others = all.filter((run) => experimentOf(run) === name && !own.has(run.directory));
  const spent = [spending ?? [], ...others.map((run) => run.spending ?? [])].flat();
  const sum = unlessNone(sumOfSpending(spent));
  return sum && others.length > 0 ? { runs: 1 + runsIn(others), spending: sum } : undefined;
}

function experimentOf({ name, stage }: RunSummary): string {
  return stage?.experiment ?? name;
}

/** Counts the runs. Each run has one main stage, except for runs that judge finished answers. */
function runsIn(stages: readonly RunSummary[]): number {
  const mains = stages.filter(({ stage }) => stage === undefined || stage.kind === "main");
  return mains.length > 0 ? mains.length : stages.length;
}
