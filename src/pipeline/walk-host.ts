/**
 * Runs the steps of a pipeline as the host of a walk. Pure work is done here; all other work is
 * passed to the effects.
 */
import type { AddStep, FilterStep, Row, Step } from "../domain/graph/graph.js";
import { routeKey, sampleRoute } from "../domain/graph/sample-route.js";
import type { StepPlace, WalkHost } from "../domain/graph/walk/walk.js";
import { readChains } from "./definition/chains.js";
import { isFunctionName } from "./definition/definition.js";
import type { PipelineDefinition } from "./definition/definition.js";
import { namesReturned, rowsReturned, truthReturned } from "./steps/function-step.js";
import { runModelStep } from "./steps/model-steps.js";
import { isModelStep } from "./steps/models.js";
import type { StepAt, StepEffects } from "./steps/step-effects.js";
import { rowCondition } from "./templates/row-template.js";

export interface WalkEffects extends StepEffects {
  /** Chooses the route of a block of rows. The choice is made once per block. */
  readonly perBlock: (
    key: string,
    choose: () => Promise<readonly string[]>,
  ) => Promise<readonly string[]>;
}

/**
 * @param pipeline a pipeline that has passed the check
 * @param position position of the row in the run's input
 */
export function createWalkHost(
  pipeline: PipelineDefinition,
  effects: WalkEffects,
  position: number,
): WalkHost {
  const ask = async (use: string, row: Row, at: StepAt): Promise<readonly string[]> =>
    namesReturned(await effects.run(use, row, at), use);
  return {
    add: async (step, row, place) =>
      addColumns(pipeline, { step, row, at: atOf(step, place) }, effects),
    holds: async (step, row, place) => {
      if (!isFunctionName(step.where)) return rowCondition(step.where).holds(row);
      return truthReturned(await effects.run(step.where, row, atOf(step, place)), step.where);
    },
    route: async (step, row, place) => {
      const { router } = step;
      if (!router) throw new Error(`Expected a router behind "${step.name}".`);
      const { per = 1 } = router;
      const key = routeKey(position, place.path, per);
      const at = atOf(step, place);
      const successors = successorsIn(pipeline, step.name);
      if (router.kind === "sample") return sampleRoute(router, key, successors);
      if (per === 1) return ask(router.use, row, at);
      const block = { block: Math.floor(position / per), rows: per, steps: successors };
      return effects.perBlock(`${step.name} ${key}`, async () => ask(router.use, block, at));
    },
  };
}

interface Adding {
  readonly step: AddStep;
  readonly row: Row;
  readonly at: StepAt;
}

async function addColumns(
  { steps }: PipelineDefinition,
  { step, row, at }: Adding,
  effects: StepEffects,
): Promise<readonly Row[]> {
  const definition = steps[step.name];
  if (!definition) throw new Error(`Expected the pipeline to define "${step.name}".`);
  const when = "when" in definition ? definition.when : undefined;
  if (when !== undefined && !rowCondition(when).holds(row)) return [unchanged(step, row)];
  if (isModelStep(definition)) return runModelStep(definition, { row, at }, effects);
  const { use, writes, many = false } = step;
  return rowsReturned(await effects.run(use, row, at), { use, writes, many });
}

/** Returns the columns of a step that does not run: the values of the row, or `null`. */
function unchanged({ writes, inputs = {}, outputs = {} }: AddStep, row: Row): Row {
  const nameSeen = (column: string): string =>
    Object.entries(inputs).find(([, mapped]) => mapped === column)?.[0] ?? column;
  return Object.fromEntries(writes.map((own) => [own, row[nameSeen(outputs[own] ?? own)] ?? null]));
}

function atOf({ name }: FilterStep | Step, { path, depth }: StepPlace): StepAt {
  return { path, depth, step: name };
}

const successors = new WeakMap<PipelineDefinition, Map<string, readonly string[]>>();

/**
 * Returns the successors of a step. They are computed once per pipeline, because each row has its
 * own walk host.
 */
function successorsIn(pipeline: PipelineDefinition, step: string): readonly string[] {
  const known = successors.get(pipeline) ?? new Map<string, readonly string[]>();
  successors.set(pipeline, known);
  const found =
    known.get(step) ??
    readChains(pipeline.edges)
      .edges.filter(({ from }) => from === step)
      .map(({ to }) => to);
  known.set(step, found);
  return found;
}
