import { hash } from "node:crypto";
import { defined } from "../../src/domain/defined.js";
import { parseJsonText } from "../../src/domain/json/json-text.js";
import type { Failure, Outcome } from "../../src/domain/record/outcome.js";
import type { Graph, Row, Step } from "../../src/domain/graph/graph.js";
import { canonicalJson } from "../../src/domain/json/canonical-json.js";
import type { StepTally } from "../../src/domain/graph/step-counts.js";
import { sourceRows } from "../../src/domain/graph/walk/source-rows.js";
import { walkRow } from "../../src/domain/graph/walk/walk-row.js";
import type { WalkHost, WalkResult } from "../../src/domain/graph/walk/walk.js";
import { parseDuration } from "../../src/settings/duration.js";
import { isModelStep, modelsOf } from "../../src/pipeline/steps/models.js";
import { functionRunner } from "../../src/pipeline/steps/function-runner.js";
import type { StepEffects } from "../../src/pipeline/steps/step-effects.js";
import { createWalkHost } from "../../src/pipeline/walk-host.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";
import type { RecordResult, Sending } from "../sending/sending.js";
import type { OpenPipeline } from "./open-pipeline.js";
import { RowCalls } from "./row-calls.js";
import type { RowOfCalls, SendingTo } from "./row-calls.js";
import { RowStop } from "./row-stop.js";

export interface RowWork {
  readonly sending: Sending;
  readonly pipeline: OpenPipeline;
  readonly sendingTo: SendingTo;
  /** Counts of the slice's rows, by step. */
  readonly tally: StepTally;
}

/** Walks one row that the window has admitted, until it has an outcome or cannot continue now. */
export async function walkOne(
  { sending, pipeline, sendingTo, tally }: RowWork,
  entry: IndexEntry,
): Promise<RecordResult> {
  const { store } = sending;
  const { position } = entry;
  await pipeline.starts.begin();
  const sentAt = Date.now();
  const stop = new RowStop();
  const hasFallback = fallbackIn(pipeline);
  const earlier = earlierIn(pipeline, position);
  const { board } = pipeline;
  const calls = new RowCalls({
    entry,
    sendingTo,
    store,
    hasFallback,
    stop,
    board,
    ...defined({ earlier }),
  });
  const rows = sourceRows(pipeline.graph, parseJsonText(await store.readLine(entry)));
  const walking = walkRow(pipeline.plan, rows, hostOf(pipeline, calls, position));
  const ended = await Promise.race([walking, stop.stopped]);
  if ("status" in ended) return ended;
  const facts = {
    sentAt,
    finishedAt: Date.now(),
    attempts: attemptsOf(sending, position),
    ...calls.cost(),
  };
  const outcome = outcomeOf(ended, facts);
  await store.append({ kind: "outcome", position, finishedAt: facts.finishedAt, outcome });
  pipeline.board.noteWalk(ended);
  tally.add(ended);
  return { status: outcome.status };
}

function fallbackIn({ definition }: OpenPipeline): RowOfCalls["hasFallback"] {
  return (step, target) => {
    const found = definition.steps[step];
    const models = found && isModelStep(found) ? modelsOf(found) : [];
    return models.some((model, index) => model === target && index < models.length - 1);
  };
}

function earlierIn({ definition, reuse }: OpenPipeline, position: number): RowOfCalls["earlier"] {
  if (!reuse) return undefined;
  return async (step, key) =>
    definition.steps[step]?.reuse === false ? undefined : reuse.lineOf(position, key);
}

function attemptsOf({ store }: Sending, position: number): number {
  return store.attemptsOf(position) + store.endedCalls(position);
}

/**
 * Returns the host of a walk. A user's router is asked once: its choice is journaled, so that a row
 * goes the same way again.
 */
function hostOf(pipeline: OpenPipeline, calls: RowCalls, position: number): WalkHost {
  const { definition } = pipeline;
  const run = recording(pipeline, calls);
  const perBlock = pipeline.blockRoutes.of.bind(pipeline.blockRoutes);
  const effects = { call: calls.call.bind(calls), run, perBlock };
  const host = createWalkHost(definition, effects, position);
  const route = async (step: Step, ...rest: RouteArguments): Promise<readonly string[]> => {
    if (step.router?.kind !== "own") return host.route(step, ...rest);
    const [row, place] = rest;
    const at = { ...place, step: step.name };
    // A journaled choice is the list of names that this function returned.
    const choose = async (): Promise<readonly string[]> => host.route(step, row, place);
    return (await calls.recorded(at, { digest: "route" }, choose)) as string[];
  };
  return { ...host, route };
}

/**
 * Runs a user's function. With `record: true`, its value comes from the journal, or from an earlier
 * run if its code and the columns that it reads are the same.
 */
function recording(
  { definition, graph, functions }: OpenPipeline,
  calls: RowCalls,
): StepEffects["run"] {
  const run = functionRunner(definition, functions, parseDuration);
  return async (use, row, at) => {
    const given = definition.steps[at.step];
    const isRecorded = given?.use === use && "record" in given && given.record;
    if (!functions || !isRecorded) return run(use, row, at);
    const asked = [
      use,
      functions.codeHashOf(use),
      given.parameters ?? {},
      readBy(graph, at.step, row),
    ];
    const digest = hash("sha256", canonicalJson(asked)).slice(0, 16);
    return calls.recorded(at, { digest, reuses: true }, async () => run(use, row, at));
  };
}

/** Returns the columns that a step reads; all columns for a step that declares none. */
function readBy({ steps }: Graph, name: string, row: Row): Row {
  const step = steps.find((each) => each.name === name);
  const columns = step?.kind === "add" ? [...step.reads, ...(step.mayRead ?? [])] : [];
  if (columns.length === 0) return row;
  const known = columns.filter((column) => Object.hasOwn(row, column));
  return Object.fromEntries(known.map((column) => [column, row[column] ?? null]));
}

type RouteArguments = Parameters<WalkHost["route"]> extends [Step, ...infer Rest] ? Rest : never;

function outcomeOf(
  walk: WalkResult,
  facts: Pick<Outcome, "sentAt" | "finishedAt" | "attempts" | "cost">,
): Outcome {
  const failed = walk.rows.find(({ failure }) => failure !== undefined)?.failure;
  if (!failed) return { status: "completed", ...facts, response: null, walk };
  const { step, type, message } = failed;
  const error: Failure = { type, message: `at step "${step}": ${message}` };
  return { status: "failed", ...facts, error, walk };
}
