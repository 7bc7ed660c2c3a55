import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { computed } from "../../../domain/computed.js";
import type { StepCounts } from "../../../domain/graph/step-counts.js";
import { sumOfCounts } from "../../../domain/graph/step-counts.js";
import { readJson } from "../../files/read-json.js";
import { writeJsonAtomically } from "../../files/write-atomically.js";

/**
 * Content of `steps.<process>.json`: the counts of a process for each step of a pipeline while its
 * rows are in progress. It is only for display, because the last second is lost if a process dies.
 * The finish counts exactly.
 */
export interface StepReport {
  readonly writtenAt: number;
  readonly counts: StepCounts;
  /** Calls that wait for a slot, and calls in flight, by step. */
  readonly calls: Readonly<Record<string, StepCalls>>;
  /** Every `<api>/<model>` that a step has asked, by step. */
  readonly models?: Readonly<Record<string, readonly string[]>>;
}

export interface StepCalls {
  readonly waiting: number;
  readonly inFlight: number;
}

/** Time in ms without a report after which a process counts as dead. */
const freshMs = 15_000;

export async function writeStepReport(
  directory: string,
  process: string,
  report: StepReport,
): Promise<void> {
  await writeJsonAtomically(join(directory, `steps.${process}.json`), report);
}

/** Returns the reports of all processes together. */
export async function readStepReports(
  directory: string,
  nowMs: number,
): Promise<Omit<StepReport, "writtenAt">> {
  const names = (await readdir(directory)).filter((name) => /^steps\..+\.json$/.test(name));
  const reports: StepReport[] = [];
  for (const name of names) {
    // The files are ours: only processes of a run write them.
    const report = (await readJson(join(directory, name))) as StepReport | undefined;
    if (report) reports.push(report);
  }
  const calls: Record<string, StepCalls> = {};
  const fresh = reports.filter(({ writtenAt }) => nowMs - writtenAt < freshMs);
  for (const [step, { waiting, inFlight }] of fresh.flatMap((one) => Object.entries(one.calls))) {
    const known = calls[step] ?? { waiting: 0, inFlight: 0 };
    calls[step] = { waiting: known.waiting + waiting, inFlight: known.inFlight + inFlight };
  }
  const counts = sumOfCounts(reports.map(({ counts: own }) => own));
  return { counts, calls, models: modelsIn(reports) };
}

function modelsIn(reports: readonly StepReport[]): NonNullable<StepReport["models"]> {
  const found = new Map<string, Set<string>>();
  for (const [step, models] of reports.flatMap(({ models = {} }) => Object.entries(models))) {
    const known = computed(found, step, () => new Set());
    for (const model of models) known.add(model);
  }
  return Object.fromEntries([...found].map(([step, models]) => [step, [...models]]));
}
