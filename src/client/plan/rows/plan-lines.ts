import type { Flow } from "../../../domain/flow/flow.js";
import { modelsOfSteps } from "../../../domain/flow/code-places.js";
import type { ExperimentPlan } from "../../../domain/plan/plan.js";
import type { DryLine } from "../../batch/dry-run-batch.js";
import { findSteps } from "./find-steps.js";
import type { FoundSteps } from "./find-steps.js";
import type { LineCounts } from "./line-counts.js";
import type { WalkedRows } from "./plan-steps.js";
import { planRows } from "./row-planner.js";
import type { RowPlanner } from "./row-planner.js";

export interface LinesToPlan {
  readonly flow: Flow;
  /** API for each connection of the flow. */
  readonly connections: Readonly<Record<string, string>>;
  /** Lines that have run, with short and with long placeholders; empty if no line may run. */
  readonly short: readonly DryLine[];
  readonly long: readonly DryLine[];
  readonly all: LineCounts;
  /** True if a start reuses the answers of earlier runs. */
  readonly reuse: boolean;
  readonly warnings: readonly string[];
}

/**
 * Plans the calls of lines. Returns `undefined` if neither the lines nor an earlier run show which
 * models the flow asks.
 */
export async function planLines(
  { flow, connections, short, long, all, reuse, warnings }: LinesToPlan,
  planner: RowPlanner,
): Promise<ExperimentPlan | undefined> {
  const calls = { short: callsOf(short), long: callsOf(long) };
  const both = [...calls.short, ...calls.long];
  const targetOfStep = new Map([
    ...modelsOfSteps(flow),
    ...both.map(({ step, target }) => [step, target] as const),
  ]);
  const earlier = await findSteps({
    name: planner.name,
    dataFolder: planner.settings.dataFolder,
    targetOfStep,
    flow: { flow, connections },
    tokensOf: planner.providers.tokensOf,
  });
  const isKnown = [...earlier.evidence.keys()].some((step) => targetOfStep.has(step));
  if (short.length === 0 && !isKnown) return undefined;
  const reused = reuse ? reusedLines(all, earlier) : 0;
  const asked = all.lines - reused;
  const walked: WalkedRows = {
    ...calls,
    walked: Math.max(1, short.length),
    rows: asked,
    rowsOf: () => asked,
    evidence: earlier.evidence,
    targetOfStep,
  };
  const targets = [...new Set(targetOfStep.values())];
  const told = [...warnings, ...failureWarnings(short)];
  return planRows({ unit: "line", walked, reused, targets, warnings: told }, planner);
}

function callsOf(lines: readonly DryLine[]): WalkedRows["short"] {
  return lines.flatMap(({ calls }) => calls);
}

/**
 * Number of lines whose answers are reused. Each answer of an earlier run counts for one of several
 * equal lines.
 */
function reusedLines({ counts }: LineCounts, { rows }: FoundSteps): number {
  const each = [...counts].map(([digest, count]) => Math.min(count, rows.get(digest)?.count ?? 0));
  return each.reduce((sum, count) => sum + count, 0);
}

function failureWarnings(lines: readonly DryLine[]): readonly string[] {
  const failed = lines.filter(({ end }) => end.status === "failed");
  const reasons = new Set(failed.flatMap(({ end: { error } }) => (error ? [error.message] : [])));
  return [...reasons].map(
    (reason) =>
      `A line failed with placeholders for its answers, so calls may be missing: ${reason}`,
  );
}
