/** Estimates the calls of groups from their work. */
import { defined } from "../../domain/defined.js";
import type { Price } from "../../domain/money/price.js";
import { nothing, sumOfBounds } from "../../domain/plan/bounds.js";
import type { Bounds } from "../../domain/plan/bounds.js";
import type { CallWork } from "../../domain/plan/call-work.js";
import { estimateCost } from "../../domain/plan/estimate-cost.js";
import { noCalls, sumOfCalls } from "../../domain/plan/plan.js";
import type {
  GroupOfPlan,
  ModelOfPlan,
  PlannedCalls,
  PlannedStage,
} from "../../domain/plan/plan.js";
import { assumedLatencyMs, estimateTime } from "../../domain/plan/time-estimate.js";
import { estimateTokens } from "../../domain/plan/token-estimate.js";
import type { EstimatedTokens, Known } from "../../domain/plan/token-estimate.js";
import { ratesOf } from "../../domain/rates/rates.js";
import type { PlannedGroup } from "../../domain/rates/group-table.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";

type Asked = Pick<PromptRecord, "api" | "model_name">;

/** The work of a group for one `<api>/<model>`. */
export interface TargetWork {
  readonly target: string;
  readonly record: Asked;
  readonly work: CallWork;
  /** The most work, if it depends on the answers of an earlier stage. */
  readonly mostWork?: CallWork;
}

export interface GroupWork {
  readonly group: PlannedGroup;
  readonly works: readonly TargetWork[];
}

export interface CallPlanner {
  /** Known facts by `<api>/<model>`. */
  readonly known: ReadonlyMap<string, Known>;
  readonly priceOf: (record: Asked) => Promise<Price | undefined>;
  readonly similarModelOf: (record: Asked) => Promise<string | undefined>;
  readonly ownAddressOf: (record: Asked) => Promise<string | undefined>;
  readonly contextWindowOf: (record: Asked) => Promise<number | undefined>;
  readonly stage?: PlannedStage;
}

export interface PlannedGroups {
  readonly groups: readonly GroupOfPlan[];
  readonly models: readonly ModelOfPlan[];
}

export async function planCalls(
  groups: readonly GroupWork[],
  planner: CallPlanner,
): Promise<PlannedGroups> {
  const planned: GroupOfPlan[] = [];
  const models = new Map<string, ModelOfPlan>();
  for (const { group, works } of groups) {
    const parts: PlannedTarget[] = [];
    for (const each of works) parts.push(await planTarget(each, planner));
    planned.push(groupOf(group, parts, planner));
    for (const { model } of parts) models.set(model.target, added(models.get(model.target), model));
  }
  return { groups: planned, models: [...models.values()] };
}

/** The calls of one `<api>/<model>`, with the facts that determine their time. */
export interface PlannedTarget {
  readonly model: ModelOfPlan;
  readonly mostTurns: number;
  readonly latencyMs: Bounds;
}

const assumed: Known = { basis: "assumed" };

export async function planTarget(given: TargetWork, planner: CallPlanner): Promise<PlannedTarget> {
  const { target, record, work, mostWork = work } = given;
  const known = planner.known.get(target) ?? assumed;
  const price = await planner.priceOf(record);
  const tokens = tokensOf(given, known);
  const { cached, latencyMs } = known.evidence ?? {};
  const contextWindow = await planner.contextWindowOf(record);
  const unpriced = price
    ? {}
    : {
        ownAddress: await planner.ownAddressOf(record),
        similarModel: await planner.similarModelOf(record),
      };
  const asked = work.calls > 0 ? work : mostWork;
  const cost =
    price && asked.calls > 0
      ? estimateCost({ work: asked, tokens, ...defined({ cached }) }, price)
      : nothing;
  const model: ModelOfPlan = {
    target,
    ...defined({ stage: planner.stage, contextWindow, ...unpriced }),
    records: work.records,
    calls: asked.calls,
    basis: known.basis,
    unlimitedCalls: work.unlimitedCalls,
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    cost,
    unknownCalls: price ? 0 : asked.calls,
  };
  const latency = latencyMs && { low: latencyMs.shortest, high: 2 * latencyMs.longest };
  return { model, mostTurns: asked.mostTurns, latencyMs: latency ?? assumedLatencyMs };
}

function tokensOf({ work, mostWork = work }: TargetWork, known: Known): EstimatedTokens {
  const none = { input: nothing, output: nothing };
  const low = work.calls > 0 ? estimateTokens(work, known) : none;
  const high = mostWork.calls > 0 ? estimateTokens(mostWork, known) : none;
  return {
    input: { low: low.input.low, high: Math.max(low.input.high, high.input.high) },
    output: { low: low.output.low, high: Math.max(low.output.high, high.output.high) },
  };
}

function groupOf(
  group: PlannedGroup,
  parts: readonly PlannedTarget[],
  { stage }: CallPlanner,
): GroupOfPlan {
  const { name, limitKey } = group;
  const calls: PlannedCalls = parts.length === 0 ? noCalls : sumOfCalls(callsOf(parts));
  const work = {
    calls: calls.calls,
    mostTurns: Math.max(0, ...parts.map(({ mostTurns }) => mostTurns)),
    tokens: sumOfBounds([calls.inputTokens, calls.outputTokens]),
    latencyMs: {
      low: Math.min(Infinity, ...parts.map(({ latencyMs }) => latencyMs.low)),
      high: Math.max(0, ...parts.map(({ latencyMs }) => latencyMs.high)),
    },
  };
  const rates = ratesOf(group);
  return {
    name,
    limitKey,
    ...defined({ stage }),
    ...rates,
    ...calls,
    ...estimateTime(work, rates),
  };
}

function callsOf(parts: readonly PlannedTarget[]): readonly PlannedCalls[] {
  return parts.map(({ model }) => model);
}

/** Adds a model's calls in another group. A model may be in several groups. */
export function added(before: ModelOfPlan | undefined, model: ModelOfPlan): ModelOfPlan {
  if (!before) return model;
  const unlimitedCalls = before.unlimitedCalls + model.unlimitedCalls;
  return { ...model, ...sumOfCalls([before, model]), unlimitedCalls };
}
