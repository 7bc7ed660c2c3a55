import { defined } from "../../src/domain/defined.js";
import { parseJsonText } from "../../src/domain/json/json-text.js";
import type { Failure, Outcome } from "../../src/domain/record/outcome.js";
import type { Step } from "../../src/domain/graph/graph.js";
import { sourceRows } from "../../src/domain/graph/walk/source-rows.js";
import { walkRow } from "../../src/domain/graph/walk/row-walk.js";
import type { WalkHost, WalkResult } from "../../src/domain/graph/walk/walk.js";
import { parseDuration } from "../../src/settings/duration.js";
import { isModelStep, modelsOf } from "../../src/pipeline/steps/models.js";
import type { StepEffects } from "../../src/pipeline/steps/step-effects.js";
import { createWalkHost } from "../../src/pipeline/walk-host.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";
import { DayUsedUp } from "../leaser/waiting-line.js";
import type { Slot } from "../sending/record-slots.js";
import type { RecordResult, Sending } from "../sending/sending.js";
import type { OpenPipeline } from "./open-pipeline.js";
import { RowCalls } from "./row-calls.js";
import type { RowOfCalls, SendingTo } from "./row-calls.js";
import { RowDrop } from "./row-drop.js";
import { RowGate } from "./row-gate.js";

export interface RowWork {
  readonly sending: Sending;
  readonly pipeline: OpenPipeline;
  readonly sendingTo: SendingTo;
}

/**
 * Walks one row until it has an outcome, or cannot continue in this activity attempt.
 *
 * @param given the row's slot; `undefined` if it has none yet
 */
export async function walkOne(
  work: RowWork,
  entry: IndexEntry,
  given: Slot | undefined,
): Promise<RecordResult> {
  const { sending } = work;
  const gate = new RowGate(sending, given !== undefined);
  try {
    const known = sending.store.statusOf(entry.position);
    if (known) return { status: known };
    await gate.enter();
    return await onBoard(work, entry);
  } catch (error) {
    if (sending.signal.aborted || error instanceof DayUsedUp) return { status: "left" };
    throw error;
  } finally {
    gate.leave();
  }
}

async function onBoard(work: RowWork, entry: IndexEntry): Promise<RecordResult> {
  const { board } = work.pipeline;
  board.enter();
  try {
    return await walkAdmitted(work, entry);
  } finally {
    board.leave();
  }
}

async function walkAdmitted(
  { sending, pipeline, sendingTo }: RowWork,
  entry: IndexEntry,
): Promise<RecordResult> {
  const { store } = sending;
  const { position } = entry;
  const sentAt = Date.now();
  const drop = new RowDrop();
  const hasFallback = fallbackIn(pipeline);
  const earlierAnswer = earlierIn(pipeline, position);
  const { board } = pipeline;
  const calls = new RowCalls({
    ...{ entry, sendingTo, store, hasFallback, earlierAnswer, drop, board },
  });
  const rows = sourceRows(pipeline.graph, parseJsonText(await store.readLine(entry)));
  const walking = walkRow(pipeline.plan, rows, hostOf(pipeline, calls, position));
  const ended = await Promise.race([walking, drop.dropped]);
  if ("status" in ended) return ended;
  const facts = { sentAt, finishedAt: Date.now(), attempts: attemptsOf(sending, position) };
  const outcome = outcomeOf(ended, facts);
  await store.append({ kind: "outcome", position, finishedAt: facts.finishedAt, outcome });
  pipeline.board.noteWalk(ended);
  return { status: outcome.status };
}

function fallbackIn({ definition }: OpenPipeline): RowOfCalls["hasFallback"] {
  return (step, target) => {
    const found = definition.steps[step];
    const models = found && isModelStep(found) ? modelsOf(found) : [];
    return models.some((model, index) => model === target && index < models.length - 1);
  };
}

function earlierIn(
  { definition, reuse }: OpenPipeline,
  position: number,
): RowOfCalls["earlierAnswer"] {
  return async (step, key) =>
    definition.steps[step]?.reuse === false ? undefined : reuse?.answerOf(position, key);
}

function attemptsOf({ store }: Sending, position: number): number {
  return store.attemptsOf(position) + store.endedCalls(position);
}

/** A router of the user is asked once: its choice is journaled, so a row goes the same way again. */
function hostOf(pipeline: OpenPipeline, calls: RowCalls, position: number): WalkHost {
  const { definition } = pipeline;
  const effects = { call: calls.call.bind(calls), run: runnerOf(pipeline) };
  const host = createWalkHost(definition, effects, position);
  const route = async (step: Step, ...rest: RouteArguments): Promise<readonly string[]> => {
    if (step.router?.kind !== "own") return host.route(step, ...rest);
    const [row, place] = rest;
    const at = { ...place, step: step.name };
    // A journaled choice is the list of names that this call returned.
    return (await calls.recorded(at, "route", async () =>
      host.route(step, row, place),
    )) as string[];
  };
  return { ...host, route };
}

function runnerOf({ definition, functions }: OpenPipeline): StepEffects["run"] {
  return async (use, row, { step }) => {
    if (!functions) throw new Error(`Expected the run to have the code of ${use}.`);
    const given = definition.steps[step];
    const { parameters, time_limit: limit } = given ?? {};
    const limitMs = limit === undefined ? undefined : parseDuration(limit);
    // A router or a validator of the step gets one row.
    const batch = given?.use === use ? given.batch : undefined;
    return functions.run(use, row, defined({ parameters, limitMs, batch }));
  };
}

type RouteArguments = Parameters<WalkHost["route"]> extends [Step, ...infer Rest] ? Rest : never;

function outcomeOf(
  walk: WalkResult,
  facts: Pick<Outcome, "sentAt" | "finishedAt" | "attempts">,
): Outcome {
  const failed = walk.rows.find(({ failure }) => failure !== undefined)?.failure;
  if (!failed) return { status: "completed", ...facts, response: null, walk };
  const { step, type, message } = failed;
  const error: Failure = { type, message: `at step "${step}": ${message}` };
  return { status: "failed", ...facts, error, walk };
}
