import type {
  ExperimentPlan,
  GroupOfPlan,
  ModelOfPlan,
  PlannedCalls,
} from "../../../src/domain/plan/plan.js";
import { assumedLongestAnswer } from "../../../src/domain/plan/token-estimate.js";
import { countBounds, moneyBounds, timeBounds } from "../format/bounds-text.js";
import { formatCount, formatCountOf } from "../format/format-count.js";
import { renderTable } from "../terminal/table.js";
import { textOf } from "./render-dry-row.js";

/**
 * Renders the plan before sending: one line per group, the total, the basis of the ranges, advice
 * and warnings.
 */
export function renderPlan(
  plan: ExperimentPlan,
  width?: number,
  advice: readonly string[] = sampleLines(plan),
): string {
  const { name, unit, groups, models, total, reused, warnings } = plan;
  const kind = unit === "record" ? "group" : "step";
  const figures = ["calls", "input", "output", "cost", "time", "bound by"];
  const head = [kind, "limit", `${unit}s`, ...figures];
  const cells = groups.map(cellsOf);
  const sent = groups.filter(({ calls }) => calls > 0).length;
  const isFirstRun = reused === 0;
  // In a plan of rows, `records` includes reused rows.
  const asked = unit === "record" ? total.records : total.records - reused;
  const fit = {
    width,
    optional: [
      ...(groups.length === 1 ? [kind] : []),
      "limit",
      ...(groups.every(({ records, calls }) => records === calls) ? ["calls"] : []),
    ],
    expendable: ["input", "output", "bound by"],
  };
  const inAll = [
    `${name}: ${formatCountOf(asked, unit)} in ${formatCountOf(sent, kind)}`,
    ...(isFirstRun ? [] : [`${formatCount(reused)} more reused from earlier runs`]),
    formatCountOf(total.calls, "call"),
    costText(total),
    timeBounds(total.timeMs),
  ].join(", ");
  return [
    renderTable(head, cells, fit),
    `${inAll}.`,
    ...basisLines(models),
    ...advice,
    ...warnings,
  ].join("\n");
}

/** Minimum number of calls for the advice to run a sample, which is then cheap. */
const manyCalls = 200;

/** Returns lines about how to narrow a wide range. */
function sampleLines({ models, total: { calls, cost } }: ExperimentPlan): readonly string[] {
  const isAssumed = models.some(({ basis }) => basis === "assumed");
  if (!isAssumed || calls < manyCalls || cost.high <= 2 * cost.low) return [];
  return [
    "`plan … --sample 20` sends twenty of them at random and narrows the range. The run reuses their answers.",
  ];
}

/** Renders the longest prompts, which `run` does not show. */
export function renderDetails({
  longestPrompts,
}: Pick<ExperimentPlan, "longestPrompts">): readonly string[] {
  const lines = longestPrompts.map(({ line, id, target, tokens }) => {
    const named = id === undefined ? "" : `, id ${textOf(id)}`;
    return `  line ${formatCount(line)}${named}: about ${formatCountOf(tokens, "token")}, ${target}`;
  });
  return lines.length === 0 ? [] : ["Longest prompts:", ...lines];
}

/** Returns the plan for programs. */
export function planJson(plan: ExperimentPlan): object {
  return { type: "plan", ...plan };
}

function cellsOf(group: GroupOfPlan): readonly string[] {
  const { name, stage, limitKey, records, calls, inputTokens, outputTokens, timeMs } = group;
  const title = stage === undefined ? name : `${stage} ${name}`;
  if (calls === 0) return [title, "-", formatCount(records), "-", "-", "-", "-", "-", "-"];
  return [
    ...[title, limitKey, formatCount(records), formatCount(calls)],
    ...[countBounds(inputTokens), countBounds(outputTokens)],
    ...[costText(group), timeBounds(timeMs), bindingText(group)],
  ];
}

function costText({ cost, unknownCalls, calls }: PlannedCalls): string {
  if (unknownCalls === 0) return moneyBounds(cost);
  return unknownCalls === calls ? "unknown cost" : `at least ${moneyBounds(cost)}`;
}

/** Returns the limit that determines a group's time, with its value. */
function bindingText({ boundBy, ...rates }: GroupOfPlan): string {
  switch (boundBy) {
    case "requests":
      return `${formatCount(rates.requestsPerMinute)} requests/min`;
    case "requests-per-day":
      return `${formatCount(rates.requestsPerDay?.requests ?? 0)} requests/day`;
    case "tokens":
      return `${formatCount(rates.tokensPerMinute ?? 0)} tokens/min`;
    case "in-flight":
      return `${formatCountOf(rates.inFlight ?? 0, "call")} in flight`;
  }
}

function basisLines(models: readonly ModelOfPlan[]): readonly string[] {
  const named = (chosen: (model: ModelOfPlan) => boolean): string =>
    [...new Set(models.filter(chosen).map(({ target }) => target))].join(", ");
  const assumed = named(({ basis }) => basis === "assumed");
  const others = named(({ basis }) => basis === "other-experiments");
  const same = named(({ basis }) => basis === "same-experiment");
  return [
    ...(assumed === ""
      ? []
      : [
          `Assumed: answers of 1 to max_tokens tokens, or to ${formatCount(assumedLongestAnswer)} without it (${assumed}).`,
        ]),
    ...(others === "" ? [] : [`From answers of other experiments: ${others}.`]),
    ...(same === "" ? [] : [`From earlier answers of this experiment: ${same}.`]),
  ];
}
