/** Writes how a call ended to the outcome log before it reports the end, and decides whether to retry the call. */
import { backoffMs } from "../../src/domain/failure/backoff.js";
import type { FailureClass } from "../../src/domain/failure/failure-class.js";
import type { Failure } from "../../src/domain/record/outcome.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";
import type { CallEnd as TargetCall } from "../leaser/call-ends.js";
import type { CallFacts, CallRequest, FinalEnd } from "./call-request.js";
import type { CallResult } from "./call-provider.js";
import type { CallEnd, Sending } from "./sending.js";

type TargetEnd = TargetCall["end"];

/** A call that has ended. */
export interface EndedCall {
  readonly entry: IndexEntry;
  /** `<api>/<model>` */
  readonly target: string;
  readonly request: CallRequest;
  /** From 1. */
  readonly attempt: number;
  readonly sentAt: number;
  readonly finishedAt: number;
}

/** A record fails once its model has answered nothing but 429 for so long. */
const throttledForMs = 3_600_000;

const aborted: Failure = {
  type: "cancelled",
  message: "Aborted by a second cancel before its answer.",
};

/** The name under which a failed call's time to be tried again is kept. */
export function dueName({ position }: IndexEntry, { key }: CallRequest): string {
  return `${position}/${key}`;
}

export class CallNotes {
  readonly #sending: Sending;
  readonly #call: EndedCall;

  constructor(sending: Sending, call: EndedCall) {
    this.#sending = sending;
    this.#call = call;
  }

  async note(result: CallResult): Promise<CallEnd> {
    // A second cancel gave the call up: whether the API answered, nobody knows.
    if (result === "aborted") return this.#end({ status: "failed", error: aborted });
    if ("answer" in result) {
      this.#report({ kind: "answered" });
      return this.#end({ status: "answered", answer: result.answer });
    }
    return this.#noteFailure(result.failure, result.class);
  }

  async #noteFailure(failure: Failure, verdict: FailureClass): Promise<CallEnd> {
    const { maxAttempts } = this.#sending.run.manifest.settings;
    if (verdict.class === "blocked") return this.#noteRefusal(failure);
    if (verdict.class === "throttled") return this.#noteThrottled(failure, verdict.retryAfterMs);
    if (failure.status !== undefined) this.#report({ kind: "answered" });
    if (verdict.class === "permanent" || this.#call.attempt >= maxAttempts) {
      return this.#end({ status: "failed", error: failure });
    }
    return this.#noteFailedAttempt(failure, verdict.retryAfterMs);
  }

  async #noteFailedAttempt(failure: Failure, retryAfterMs: number | undefined): Promise<CallEnd> {
    const { store, dueAtMs: due } = this.#sending;
    const { entry, request, attempt, sentAt, finishedAt } = this.#call;
    const dueAtMs = Date.now() + (retryAfterMs ?? backoffMs(attempt, Math.random()));
    await store.append({
      kind: "failed-attempt",
      position: entry.position,
      sentAt,
      finishedAt,
      attempt,
      ...(request.key === 0 ? {} : { turn: request.key }),
      error: failure,
    });
    due.set(dueName(entry, request), dueAtMs);
    return { status: "again", failure, dueAtMs };
  }

  /**
   * A 429 is the limit's matter: it counts as no attempt. The record fails once its model has answered nothing but 429
   * for an hour. In a group of several models this process holds the calls of the refused one.
   */
  async #noteThrottled(failure: Failure, retryAfterMs: number | undefined): Promise<CallEnd> {
    const { store, run, leaser, dueAtMs: due } = this.#sending;
    const { entry, request, sentAt, finishedAt } = this.#call;
    this.#report({ kind: "refused", holdForMs: retryAfterMs });
    const nowMs = Date.now();
    const refusedSinceMs = leaser.refusedSinceMs(this.#call.target) ?? nowMs;
    if (nowMs - refusedSinceMs >= throttledForMs) {
      return this.#end({ status: "failed", error: failure });
    }
    const pacedAtMs = leaser.reserve(this.#call.target);
    const dueAtMs = Math.max(pacedAtMs, nowMs + (retryAfterMs ?? backoffMs(1, Math.random())));
    await store.append({
      kind: "throttled",
      position: entry.position,
      sentAt,
      finishedAt,
      ...(request.key === 0 ? {} : { turn: request.key }),
      error: failure,
    });
    due.set(dueName(entry, request), dueAtMs);
    if (retryAfterMs !== undefined || pacedAtMs > nowMs)
      run.models.hold(this.#call.target, dueAtMs);
    return { status: "again", failure, dueAtMs };
  }

  #report(end: TargetEnd): void {
    const { sentAt } = this.#call;
    const call = { target: this.#call.target, host: undefined, sentAtMs: sentAt, end };
    this.#sending.leaser.noteCallEnd(call);
  }

  async #noteRefusal(failure: Failure): Promise<CallEnd> {
    const { run, context, store } = this.#sending;
    const { entry, target } = this.#call;
    run.models.refuse(target, { failure, resumes: context.resumes });
    if (run.manifest.settings.onBlocked === "fail") {
      return this.#end({ status: "failed", error: failure });
    }
    const { position } = entry;
    const finishedAt = Date.now();
    await store.append({ kind: "refused", position, finishedAt, target, error: failure });
    return { status: "blocked", failure };
  }

  /** Failed and answered calls are the same to the count: each was one. */
  async #end(end: FinalEnd): Promise<FinalEnd> {
    const { store } = this.#sending;
    const { entry, request, sentAt, finishedAt } = this.#call;
    const { position } = entry;
    const attempts = store.attemptsOf(position) + store.answeredCalls(position) + 1;
    const facts = { position, sentAt, finishedAt, attempts };
    await endCall(this.#sending, { entry, request, facts }, end);
    return end;
  }
}

interface EndingCall {
  readonly entry: IndexEntry;
  readonly request: CallRequest;
  readonly facts: CallFacts;
}

/** Writes how a call has ended for good. */
export async function endCall(
  { store, dueAtMs }: Sending,
  { entry, request, facts }: EndingCall,
  end: FinalEnd,
): Promise<void> {
  dueAtMs.delete(dueName(entry, request));
  await store.append(request.lineOf(end, facts));
}
