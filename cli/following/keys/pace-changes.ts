import { mostRequestsPerMinute } from "../../../src/domain/rates/rates.js";
import type { ExperimentChange } from "../../../src/client/steer/steer-experiment.js";
import type { ExperimentStatus } from "../../../src/client/status/status.js";

interface Paced {
  readonly name: string;
  readonly requestsPerMinute: number;
}

/**
 * The changes that make an experiment's calls faster or slower by a factor; none if it has ended.
 */
export function paceChanges(
  status: Pick<ExperimentStatus, "groups" | "steps">,
  factor: number,
): readonly ExperimentChange[] {
  const paced = pacedOf(status);
  const [first] = paced;
  if (!first) return [];
  const isSame = paced.every(
    ({ requestsPerMinute }) => requestsPerMinute === first.requestsPerMinute,
  );
  if (isSame) return [{ requestsPerMinute: changed(first.requestsPerMinute, factor) }];
  return paced.map(({ name, requestsPerMinute }) => ({
    group: name,
    requestsPerMinute: changed(requestsPerMinute, factor),
  }));
}

/** The groups, or the models of a pipeline's steps. */
function pacedOf({ groups, steps }: Pick<ExperimentStatus, "groups" | "steps">): readonly Paced[] {
  if (!steps) return groups.filter(({ state }) => state !== "finished" && state !== "cancelled");
  const byModel = new Map<string, Paced>();
  for (const { models = [], requestsPerMinute } of steps) {
    const [model, ...others] = models;
    if (model === undefined || others.length > 0 || requestsPerMinute === undefined) continue;
    byModel.set(model, { name: model, requestsPerMinute });
  }
  return [...byModel.values()];
}

/** A round rate, which differs from the one before. */
function changed(requestsPerMinute: number, factor: number): number {
  const exact = requestsPerMinute * factor;
  const round = factor > 1 ? Math.ceil : Math.floor;
  const rounded = exact >= 10 ? round(exact) : round(exact * 10) / 10;
  return Math.min(mostRequestsPerMinute, Math.max(0.1, rounded));
}
