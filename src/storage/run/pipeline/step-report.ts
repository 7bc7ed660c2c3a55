import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { computed } from "../../../domain/computed.js";
import type { StepCounts } from "../../../domain/graph/step-counts.js";
import { sumOfCounts } from "../../../domain/graph/step-counts.js";
import { readJson } from "../../files/read-json.js";
import { writeJsonAtomically } from "../../files/write-atomically.js";

/**
 * `steps.<process>.json`: what a process has seen of each step of a pipeline while its rows are
 * under way. For people: a process that dies takes its last second with it. The finish counts
 * exactly.
 */
export interface StepReport {
  readonly writtenAt: number;
  readonly counts: StepCounts;
  /** By step: calls that wait for a slot, and calls in flight. */
  readonly calls: Readonly<Record<string, StepCalls>>;
  /** By step: every `<api>/<model>` that it has asked. */
  readonly models?: Readonly<Record<string, readonly string[]>>;
}

export interface StepCalls {
  readonly waiting: number;
  readonly inFlight: number;
}

/** Calls of a process that has written nothing for so long are those of a dead one. */
const freshMs = 15_000;

export async function writeStepReport(
  directory: string,
  process: string,
  report: StepReport,
): Promise<void> {
  await writeJsonAtomically(join(directory, `steps.${process}.json`), report);
}

/** The reports of all processes together. */
export async function readStepReports(
  directory: string,
  nowMs: number,
): Promise<Omit<StepReport, "writtenAt">> {
  const names = (await readdir(directory)).filter((name) => /^steps\..+\.json$/.test(name));
  const reports: StepReport[] = [];
  for (const name of names) {
    // Only processes of a run write these files.
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
