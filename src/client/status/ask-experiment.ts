import type { Client } from "@temporalio/client";
import type { QueryDefinition } from "@temporalio/common";
import { WorkflowNotFoundError } from "../connection/temporal.js";
import type { GroupProgress } from "../../domain/experiment/experiment.js";
import { slowdownsOf } from "../../domain/limit/slowing/slowdowns.js";
import type { Slowdown } from "../../domain/limit/slowing/slowdowns.js";
import { isSilent } from "../../domain/limit/state.js";
import type { LimitState } from "../../domain/limit/state.js";
import { describeQuery, groupProgressQuery, limitStateQuery } from "../../../workflows/messages.js";
import type { ExperimentDescription } from "../../../workflows/messages.js";
import { paceAtLimit, paceOfAll } from "./limited-pace.js";
import type { LimitedPace } from "./limited-pace.js";
import { isServerUnreachable } from "../connection/is-server-gone.js";

/** Longer than a busy worker takes, shorter than people wait for a `status`. */
const deadlineMs = 2_000;

/** A worker's answer about a running experiment. */
export interface ExperimentAnswer {
  readonly description: ExperimentDescription;
  /** By the group's slug. Groups that did not answer in time are missing. */
  readonly progress: ReadonlyMap<string, GroupProgress>;
  /** Concurrent calls by the group's slug, from the workers' latest report to its limit. */
  readonly calls: ReadonlyMap<string, number>;
  /** Pace at the limit by the group's slug; for a pipeline's rows, at the limits of its models. */
  readonly paces: ReadonlyMap<string, LimitedPace>;
  /** Pace of a pipeline's calls by `<api>/<model>`. */
  readonly targets: ReadonlyMap<string, LimitedPace>;
  /** Reasons why the calls of its limits are delayed, from the workers' latest report. */
  readonly slowdowns: readonly Slowdown[];
}

/**
 * Queries an experiment and its groups. Returns `undefined` if no worker answers within 2 s. Throws
 * if the server is gone or does not know the experiment.
 */
export async function askExperiment(
  client: Client,
  workflowId: string,
): Promise<ExperimentAnswer | undefined> {
  const deadline = Date.now() + deadlineMs;
  const description = await answerOf(() =>
    client.withDeadline(deadline, () => client.workflow.getHandle(workflowId).query(describeQuery)),
  );
  if (description === undefined) return undefined;
  const ask: Ask = (id, query) =>
    answerOf(() =>
      client.withDeadline(deadline, () => client.workflow.getHandle(id).query(query)),
    ).catch(unlessNotStarted);
  const { groups } = description;
  const [progress, limits] = await Promise.all([progressOf(groups, ask), limitsOf(groups, ask)]);
  return { description, progress, ...limits };
}

type Ask = <T>(workflowId: string, query: QueryDefinition<T>) => Promise<T | undefined>;
type Groups = ExperimentDescription["groups"];

async function progressOf(groups: Groups, ask: Ask): Promise<Map<string, GroupProgress>> {
  const progress = new Map<string, GroupProgress>();
  await Promise.all(
    groups.map(async ({ plan, workflowId }) => {
      const answer = await ask(workflowId, groupProgressQuery);
      if (answer) progress.set(plan.slug, answer);
    }),
  );
  return progress;
}

type LimitFacts = Pick<ExperimentAnswer, "calls" | "slowdowns" | "paces" | "targets">;

async function limitsOf(groups: Groups, ask: Ask): Promise<LimitFacts> {
  const states = new Map<string, LimitState>();
  const limitIds = new Set(
    groups.flatMap(({ plan }) => [
      plan.limitId,
      ...(plan.targets ?? []).map(({ limitId }) => limitId),
    ]),
  );
  await Promise.all(
    [...limitIds].map(async (limitId) => {
      const state = await ask(limitId, limitStateQuery);
      if (state) states.set(limitId, state);
    }),
  );
  const nowMs = Date.now();
  const slowdowns = [...states.values()].flatMap((state) => slowdownsOf(state, nowMs));
  const facts = { calls: new Map<string, number>(), ...emptyPaces() };
  for (const { plan, workflowId } of groups) {
    const state = states.get(plan.limitId);
    if (state) facts.calls.set(plan.slug, runningCalls(state, workflowId));
    notePaces(facts, { plan, workflowId }, { states, nowMs });
  }
  return { ...facts, slowdowns: oneForEachHost(slowdowns) };
}

interface Paces {
  readonly paces: Map<string, LimitedPace>;
  readonly targets: Map<string, LimitedPace>;
}

function emptyPaces(): Paces {
  return { paces: new Map(), targets: new Map() };
}

function notePaces(
  { paces, targets }: Paces,
  { plan, workflowId }: Groups[number],
  { states, nowMs }: { readonly states: ReadonlyMap<string, LimitState>; readonly nowMs: number },
): void {
  const paceAt = (limitId: string): LimitedPace | undefined => {
    const state = states.get(limitId);
    return state && paceAtLimit(state, workflowId, nowMs);
  };
  if (!plan.targets) {
    const pace = paceAt(plan.limitId);
    if (pace) paces.set(plan.slug, pace);
    return;
  }
  const found: LimitedPace[] = [];
  for (const { target, limitId } of plan.targets) {
    const pace = paceAt(limitId);
    if (!pace) continue;
    targets.set(target, pace);
    found.push(pace);
  }
  if (found.length > 0) paces.set(plan.slug, paceOfAll(found));
}

/** Several limits may report one host's outage. The earliest is kept. */
function oneForEachHost(slowdowns: readonly Slowdown[]): Slowdown[] {
  const inOrder = [...slowdowns].sort((a, b) => b.sinceMs - a.sinceMs);
  const named = inOrder.map(
    (one) => [one.kind === "throttled" ? one.target : one.host, one] as const,
  );
  return [...new Map(named).values()];
}

function runningCalls({ processes }: LimitState, group: string): number {
  return Object.values(processes)
    .filter((process) => !isSilent(process, Date.now()))
    .reduce((sum, process) => sum + (process.calls[group]?.running ?? 0), 0);
}

async function answerOf<T>(query: () => Promise<T>): Promise<T | undefined> {
  try {
    return await query();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isServerUnreachable(error)) throw error;
    return undefined;
  }
}

/** An experiment lists its groups a moment before it starts them and their limits. */
function unlessNotStarted(error: unknown): undefined {
  if (error instanceof WorkflowNotFoundError) return undefined;
  throw error;
}
