import { computed } from "../../src/domain/computed.js";
import { anyTarget, targetOnTheWay } from "../../src/domain/experiment/target-plan.js";
import type { TargetPlan } from "../../src/domain/experiment/target-plan.js";
import { countPositions } from "../../src/domain/experiment/ranges.js";
import { currentRatesOf } from "../../src/domain/rates/current-rates.js";
import { StepTally } from "../../src/domain/graph/step-counts.js";
import { hasFlow } from "../../src/storage/run/kept-flow.js";
import type { KeptFlow } from "../../src/storage/run/kept-flow.js";
import { limitOfTarget } from "../../src/storage/run/target-plans.js";
import { tellInHeartbeats } from "../heartbeats.js";
import { handleLine } from "../lines/handle-line.js";
import type { LineWork } from "../lines/line-work.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";
import type { PageContext, SendPromptsInput, SliceResult } from "../contract.js";
import type { LimitOfLeaser } from "../leaser/leasers.js";
import { sendPrompts } from "../sending/send-prompts.js";
import type { SendPromptsDependencies } from "../sending/send-prompts.js";
import type { RecordResult, Sending } from "../sending/sending.js";
import { sleepUntil } from "../sending/sleep-until.js";
import type { SendingTo } from "./row-calls.js";
import type { StepBoard } from "./step-board.js";
import { walkOne } from "./walk-one.js";
import { whenAdmitted } from "./when-admitted.js";

/**
 * Walks a slice of rows. After a cancellation, calls in flight end normally, and the rows are left.
 */
export async function runRows(
  dependencies: SendPromptsDependencies,
  input: SendPromptsInput,
): Promise<SliceResult> {
  const { run } = dependencies;
  dependencies.leasers.open(input.targets ?? []);
  if (await hasFlow(run.directory)) return runLines(dependencies, input);
  const pipeline = await run.pipeline();
  const { board } = pipeline;
  const tally = new StepTally();
  tellRows(board, input);
  const result = await sendPrompts(dependencies, input, async (sending, entry, { slot }) => {
    const work = { sending, pipeline, tally, sendingTo: sendingTo(dependencies, sending) };
    return whenAdmitted({ sending, board, slot }, entry, async () =>
      observed(sending, async () => walkOne(work, entry)),
    );
  });
  return { ...result, steps: tally.counts() };
}

async function runLines(
  dependencies: SendPromptsDependencies,
  input: SendPromptsInput,
): Promise<SliceResult> {
  const { run } = dependencies;
  const flow = await run.flow();
  const { board, kept } = flow;
  const tally = new StepTally();
  tellRows(board, input);
  const workOf = (sending: Sending): LineWork => {
    const models = sendingTo(dependencies, sending, kept);
    return { sending, run, flow, tally, sendingTo: models };
  };
  const isAlone = countPositions(input.ranges) === 1;
  const handle = async (sending: Sending, entry: IndexEntry): Promise<RecordResult> => {
    const result = await inTurn(workOf(sending), entry);
    return isAlone
      ? result
      : untilTriedAgain(workOf({ ...sending, isRetried: true }), entry, result);
  };
  const result = await sendPrompts(dependencies, input, async (sending, entry, { slot }) =>
    whenAdmitted({ sending, board, slot }, entry, async () => handle(sending, entry)),
  );
  return { ...result, steps: tally.counts() };
}

/**
 * Handles a line when its turn comes. Admitting a line costs a lease, so more lines are admitted
 * than run at once.
 */
async function inTurn(work: LineWork, entry: IndexEntry): Promise<RecordResult> {
  const end = await work.flow.turns.begin();
  try {
    if (work.sending.signal.aborted) return { status: "left" };
    return await observed(work.sending, async () => handleLine(work, entry, end));
  } finally {
    end();
  }
}

async function observed(
  { observer }: Sending,
  walk: () => Promise<RecordResult>,
): Promise<RecordResult> {
  const endRow = observer.openRow();
  try {
    return await walk();
  } finally {
    endRow();
  }
}

/**
 * Handles a line, and repeats its failed calls here, because the other lines of its slice may take
 * minutes.
 */
async function untilTriedAgain(
  work: LineWork,
  entry: IndexEntry,
  first: RecordResult,
): Promise<RecordResult> {
  const { signal } = work.sending;
  let result = first;
  while (result.status === "again" && !signal.aborted) {
    // A cancellation ends the wait, and the line is left.
    await sleepUntil(result.dueAtMs, signal).catch(() => undefined);
    result = await inTurn(work, entry);
  }
  return result;
}

/**
 * Adds the steps of a slice's rows to its heartbeats: the step that each row is at, and the reason
 * for its wait.
 */
function tellRows(board: StepBoard, { ranges }: SendPromptsInput): void {
  const isOwn = (position: number): boolean =>
    ranges.some(([start, end]) => position >= start && position < end);
  tellInHeartbeats(() => board.rowsAt(isOwn));
}

type ContextOfModel = PageContext & LimitOfLeaser;

/** Contexts of a slice's models. */
const contexts = new WeakMap<PageContext, Map<string, ContextOfModel>>();

/**
 * Returns the dependencies of a row's calls. They lease slots from the limits of their own models.
 */
function sendingTo(
  { leasers }: SendPromptsDependencies,
  sending: Sending,
  flow?: KeptFlow,
): SendingTo {
  const known = computed(contexts, sending.context, () => new Map<string, ContextOfModel>());
  return (target) => {
    const context = computed(known, target, () => contextOf(target, sending, flow));
    return { ...sending, context, leaser: leasers.of(context) };
  };
}

function contextOf(target: string, { context }: Sending, flow?: KeptFlow): ContextOfModel {
  const { targets = [], directory, group, groupId, pageId, priority, resumes } = context;
  const plan = targets.find((one) => one.target === target) ?? planOnTheWay(target, targets, flow);
  if (!plan) throw new Error(`Expected a model of the pipeline, got ${JSON.stringify(target)}.`);
  const { limitKey, limitId } = plan;
  const shared = { directory, group, groupId, pageId, priority, resumes };
  // The rates of rows must not replace those of the model.
  return { ...shared, limitKey, limitId, ...currentRatesOf(plan) };
}

/**
 * Returns the plan of a model that the code of a flow asks for and that was unknown at the start.
 */
function planOnTheWay(
  target: string,
  targets: readonly TargetPlan[],
  flow: KeptFlow | undefined,
): TargetPlan | undefined {
  const any = targets.find((one) => one.target === anyTarget);
  return flow && any && targetOnTheWay(target, any, limitOfTarget(target, flow.rateTable));
}
