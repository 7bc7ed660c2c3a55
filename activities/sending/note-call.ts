/** What a call came to, written into the outcome log before anybody hears of it. */
import { backoffMs } from "../../src/domain/failure/backoff.js";
import { chatAnswer } from "../../src/domain/record/chat-answer.js";
import type { FailureClass } from "../../src/domain/failure/failure-class.js";
import type { Answer, Failure, Outcome } from "../../src/domain/record/outcome.js";
import { isChat, type PromptRecord, turnCount } from "../../src/domain/record/prompt-record.js";
import { type CallEnd, entryOf, type Sending } from "./sending.js";

export async function noteEmptyChat(sending: Sending, position: number): Promise<CallEnd> {
  const finishedAt = Date.now();
  const outcome: Outcome = {
    status: "completed",
    sentAt: 0,
    finishedAt,
    attempts: 0,
    response: [],
  };
  await writeOutcome(sending, position, outcome);
  return { status: "completed" };
}

/** A call that has ended. */
export interface Call {
  readonly record: PromptRecord;
  /** To the turns before. */
  readonly answers: readonly Answer[];
  readonly attempt: number;
  readonly sentAt: number;
  readonly finishedAt: number;
}

export async function noteAnswer(
  sending: Sending,
  position: number,
  { call, answer }: { readonly call: Call; readonly answer: Answer },
): Promise<CallEnd> {
  const { record, answers, sentAt, finishedAt } = call;
  const attempts = sending.store.attemptsOf(position) + answers.length + 1;
  const { endsChat = false, ...kept } = answer;
  const turn = answers.length;
  if (isChat(record.prompt) && !endsChat && turn + 1 < turnCount(record.prompt)) {
    await sending.store.append({ kind: "turn", position, sentAt, finishedAt, turn, answer: kept });
    return { status: "turn" };
  }
  const whole = isChat(record.prompt) ? chatAnswer([...answers, kept]) : kept;
  await writeOutcome(sending, position, {
    status: "completed",
    sentAt,
    finishedAt,
    attempts,
    ...whole,
  });
  return { status: "completed" };
}

export async function noteFailure(
  sending: Sending,
  position: number,
  {
    call,
    failure,
    verdict,
  }: { readonly call: Call; readonly failure: Failure; readonly verdict: FailureClass },
): Promise<CallEnd> {
  const { run, store, context } = sending;
  const { sentAt, finishedAt, attempt, answers } = call;
  const calls = store.attemptsOf(position) + answers.length + 1;
  if (verdict.class === "blocked") {
    return noteRefusal(sending, position, { failure, sentAt, calls });
  }
  if (verdict.class === "permanent" || attempt >= run.manifest.settings.maxAttempts) {
    await writeOutcome(sending, position, { ...failedOutcome(failure, sentAt, calls), finishedAt });
    return { status: "failed" };
  }
  const turn = answers.length;
  const dueAtMs = Date.now() + (verdict.retryAfterMs ?? backoffMs(attempt, Math.random()));
  await store.append({
    kind: "failed-attempt",
    position,
    sentAt,
    finishedAt,
    attempt,
    ...(turn === 0 ? {} : { turn }),
    error: failure,
  });
  sending.dueAtMs.set(position, dueAtMs);
  if (failure.status === 429 && verdict.retryAfterMs !== undefined) {
    run.models.hold(entryOf(sending, position).target, dueAtMs);
    if (isLimitOf(context.limitKey, run.manifest.targets[entryOf(sending, position).target]))
      sending.leaser.hold(verdict.retryAfterMs);
  }
  return { status: "again", failure, dueAtMs };
}

/** A second cancel gave the call up: whether the API answered, nobody knows. */
export async function noteAborted(
  sending: Sending,
  position: number,
  { answers, sentAt }: Call,
): Promise<CallEnd> {
  const calls = sending.store.attemptsOf(position) + answers.length + 1;
  const error = { type: "cancelled", message: "Aborted by a second cancel before its answer." };
  await writeOutcome(sending, position, failedOutcome(error, sentAt, calls));
  return { status: "failed" };
}

/** Whether all that share the limit call this `<api>/<model>`, so that its 429 is for all of them. */
function isLimitOf(limitKey: string, target: string | undefined): boolean {
  return target !== undefined && limitKey === `api/${target}`;
}

async function noteRefusal(
  sending: Sending,
  position: number,
  {
    failure,
    sentAt,
    calls,
  }: { readonly failure: Failure; readonly sentAt: number; readonly calls: number },
): Promise<CallEnd> {
  const { run, context, store } = sending;
  const target = entryOf(sending, position).target;
  run.models.refuse(target, failure, context.resumes);
  if (run.manifest.settings.onBlocked === "fail") {
    await writeOutcome(sending, position, failedOutcome(failure, sentAt, calls));
    return { status: "failed" };
  }
  const name = run.manifest.targets[target] ?? "";
  await store.append({
    kind: "refused",
    position,
    finishedAt: Date.now(),
    target: name,
    error: failure,
  });
  return { status: "blocked", target, failure };
}

export function failedOutcome(error: Failure, sentAt: number, attempts: number): Outcome {
  return { status: "failed", sentAt, finishedAt: Date.now(), attempts, error };
}

export async function writeOutcome(
  sending: Sending,
  position: number,
  outcome: Outcome,
): Promise<void> {
  sending.dueAtMs.delete(position);
  await sending.store.append({
    kind: "outcome",
    position,
    finishedAt: outcome.finishedAt,
    outcome,
  });
}
