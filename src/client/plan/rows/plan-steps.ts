/** Estimates the calls of all rows from the calls of a few rows, step by step. */
import { defined } from "../../../domain/defined.js";
import type { JsonObject } from "../../../domain/json/json.js";
import { nothing, sumOfBounds } from "../../../domain/plan/bounds.js";
import { addWork, noWork, scaleWork, workOf } from "../../../domain/plan/call-work.js";
import type { CallWork } from "../../../domain/plan/call-work.js";
import type { GroupOfPlan, ModelOfPlan } from "../../../domain/plan/plan.js";
import { predictStep } from "../../../domain/plan/step-evidence.js";
import type { StepEvidence } from "../../../domain/plan/step-evidence.js";
import { estimateTime } from "../../../domain/plan/time-estimate.js";
import { ratesOf } from "../../../domain/rates/rates.js";
import type { GroupRates } from "../../../domain/rates/rates.js";
import type { Prompt } from "../../../domain/record/prompt-record.js";
import type { OpenedProviders } from "../../../providers/registry/open-providers.js";
import { sampleOf } from "../../worker/key-notices.js";
import { added, planTarget } from "../plan-calls.js";
import type { CallPlanner, PlannedGroups, PlannedTarget } from "../plan-calls.js";
import type { PromptMeter } from "../prompt-meter.js";

/** A call of a walk in which nothing was sent. */
export interface WalkedCall {
  readonly step: string;
  /** `<api>/<model>` */
  readonly target: string;
  readonly prompt: Prompt;
  readonly parameters: JsonObject;
}

export interface WalkedRows {
  /** Number of rows that walked. */
  readonly walked: number;
  /** Number of rows for which any model is asked. */
  readonly rows: number;
  /**
   * Returns the number of rows for which a step asks a model. Answers for the remaining rows are
   * reused.
   */
  readonly rowsOf: (step: string) => number;
  /** Calls of the walked rows with short answers, and with the longest ones. */
  readonly short: readonly WalkedCall[];
  readonly long: readonly WalkedCall[];
  /** Evidence from an earlier run, by step. */
  readonly evidence: ReadonlyMap<string, StepEvidence>;
  /** `<api>/<model>` that each step asks. */
  readonly targetOfStep: ReadonlyMap<string, string>;
}

export interface StepPlanner {
  readonly calls: CallPlanner;
  readonly meter: PromptMeter;
  readonly longestAnswerOf: OpenedProviders["longestAnswerOf"];
  /** Returns the limit of an `<api>/<model>`. */
  readonly limitOf: (target: string) => GroupRates & { readonly limitKey: string };
}

interface PlannedStep extends PlannedTarget {
  readonly step: string;
}

export async function planSteps(walked: WalkedRows, planner: StepPlanner): Promise<PlannedGroups> {
  const steps: PlannedStep[] = [];
  for (const { step, target } of placesOf(walked)) {
    steps.push(await planStep({ step, target, walked }, planner));
  }
  const models = new Map<string, ModelOfPlan>();
  for (const { model } of steps) models.set(model.target, added(models.get(model.target), model));
  return {
    groups: steps.map((step) => groupOfStep(step, steps, planner)),
    models: [...models.values()],
  };
}

interface StepPlace {
  readonly step: string;
  readonly target: string;
}

/**
 * Returns the steps in the order of their first calls, then the steps that only an earlier run
 * reached.
 */
function placesOf(walked: WalkedRows): readonly StepPlace[] {
  const { short, long, evidence, targetOfStep, rowsOf } = walked;
  const places = new Map<string, StepPlace>();
  for (const { step, target } of [...short, ...long]) {
    // Evidence from an earlier run counts once per step, for any number of models that the step
    // asks.
    const key = evidence.has(step) ? step : `${step} ${target}`;
    if (!places.has(key)) places.set(key, { step, target });
  }
  const reached = new Set([...places.values()].map(({ step }) => step));
  for (const step of evidence.keys()) {
    const target = targetOfStep.get(step);
    if (target !== undefined && !reached.has(step)) places.set(step, { step, target });
  }
  return [...places.values()].filter(({ step }) => rowsOf(step) > 0);
}

async function planStep(
  { step, target, walked }: StepPlace & { readonly walked: WalkedRows },
  planner: StepPlanner,
): Promise<PlannedStep> {
  const { evidence } = walked;
  const rows = walked.rowsOf(step);
  const workIn = (calls: readonly WalkedCall[]): CallWork =>
    scaleWork(
      calls
        .filter((call) => call.step === step && call.target === target)
        .reduce((sum, call) => addWork(sum, workOfCall(call, planner)), noWork),
      rows / walked.walked,
    );
  const record = sampleOf(target);
  const work = workIn(walked.short);
  const planned = await planTarget(
    { target, record, work, mostWork: workIn(walked.long) },
    planner.calls,
  );
  const known = evidence.get(step);
  const price = await planner.calls.priceOf(record);
  const isFree = price?.input === 0 && price.output === 0;
  const model: ModelOfPlan = {
    ...planned.model,
    records: rows,
    calls: Math.round(planned.model.calls),
    unknownCalls: Math.round(planned.model.unknownCalls),
    ...(known && { ...predictStep(known, rows), basis: "same-experiment" as const }),
    // Answers without a usage have an unknown cost, unless the model is free.
    ...(isFree && { cost: nothing, unknownCalls: 0 }),
  };
  return { ...planned, step, model };
}

function workOfCall({ target, prompt, parameters }: WalkedCall, planner: StepPlanner): CallWork {
  const { meter, longestAnswerOf } = planner;
  const record = { ...sampleOf(target), prompt, parameters };
  const longestAnswer = longestAnswerOf(record);
  return workOf({ ...meter.measure(target, record), ...defined({ longestAnswer }) });
}

/** Returns the group of a step. Steps that ask models of one limit share its time. */
function groupOfStep(
  { step, model }: PlannedStep,
  steps: readonly PlannedStep[],
  { limitOf }: StepPlanner,
): GroupOfPlan {
  const limit = limitOf(model.target);
  const rates = ratesOf(limit);
  const sharing = steps.filter(
    ({ model: { target } }) => limitOf(target).limitKey === limit.limitKey,
  );
  const { records, calls, inputTokens, outputTokens, cost, unknownCalls } = model;
  const tokens = sharing.flatMap(({ model: each }) => [each.inputTokens, each.outputTokens]);
  const time = estimateTime(
    {
      calls: sharing.reduce((sum, { model: each }) => sum + each.calls, 0),
      mostTurns: steps.length,
      tokens: sumOfBounds(tokens),
      latencyMs: {
        low: Math.min(...steps.map(({ latencyMs }) => latencyMs.low)),
        high: Math.max(...steps.map(({ latencyMs }) => latencyMs.high)),
      },
    },
    rates,
  );
  const figures = { records, calls, inputTokens, outputTokens, cost, unknownCalls };
  return { name: step, limitKey: limit.limitKey, ...rates, ...figures, ...time };
}
