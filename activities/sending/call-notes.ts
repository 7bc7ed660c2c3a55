/** Writes how a call ended to the outcome log before it reports the end, and decides whether to retry the call. */
import { backoffMs } from "../../src/domain/failure/backoff.js";
import type { Failure } from "../../src/domain/record/outcome.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";
import { cutMessage } from "../to-application-failure.js";
import type { CallFacts, CallRequest, FinalEnd } from "./call-request.js";
import type { CallResult, FailedResult } from "./call-provider.js";
import type { CallEnd, Sending } from "./sending.js";

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

/** Where an earlier version has started the run. */
const defaultThrottleTimeoutMs = 3_600_000;

const aborted: Failure = {
  type: "cancelled",
  message: "Aborted by a second cancel before its answer.",
};

/** Its slot decides when a held call goes; this keeps those that failed together apart. */
function heldBackoffMs(): number {
  return backoffMs(1, Math.random());
}

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
      this.#noteAnswer();
      return this.#end({ status: "answered", answer: result.answer });
    }
    return this.#noteFailure(result);
  }

  async #noteFailure(failed: FailedResult): Promise<CallEnd> {
    const { failure, class: verdict } = failed;
    const { maxAttempts } = this.#sending.run.manifest.settings;
    if (verdict.class === "throttled") return this.#noteThrottled(failure, verdict.retryAfterMs);
    if (this.#isAway(failed)) return this.#hold(failure, Date.now() + heldBackoffMs());
    if (verdict.blocksInARow) return this.#noteForbidden(failure);
    if (verdict.class !== "away" && failure.status !== undefined) this.#noteAnswer();
    if (verdict.class === "blocked") return this.#noteRefusal(failure);
    if (verdict.class === "permanent" || this.#call.attempt >= maxAttempts) {
      return this.#end({ status: "failed", error: failure });
    }
    return this.#noteFailedAttempt(failure, verdict.retryAfterMs);
  }

  /** True if the API is down, so that nobody could have had an answer. */
  #isAway({ failure, class: verdict, host }: FailedResult): boolean {
    const { leaser, context } = this.#sending;
    const { target, entry, sentAt } = this.#call;
    // A call that hangs says nothing of the API, unless others show that it is down.
    if (verdict.type === "Timeout" && failure.status === undefined) {
      return leaser.apis.isDown(target);
    }
    if (verdict.class !== "away") return false;
    return leaser.apis.noteFailure({
      ...{ target, host, sentAtMs: sentAt, reason: cutMessage(failure.message) },
      record: `${context.groupId}/${entry.position}`,
      unreached: verdict.unreached === true,
      holdForMs: verdict.retryAfterMs,
    });
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
   * for the time that the settings name.
   */
  async #noteThrottled(failure: Failure, retryAfterMs: number | undefined): Promise<CallEnd> {
    const { run, leaser } = this.#sending;
    const { target, sentAt } = this.#call;
    leaser.apis.noteRefusal({ target, sentAtMs: sentAt }, retryAfterMs);
    const nowMs = Date.now();
    const refusedSinceMs = leaser.apis.refusedSinceMs(target) ?? nowMs;
    const { throttleTimeoutMs = defaultThrottleTimeoutMs } = run.manifest.settings;
    if (nowMs - refusedSinceMs >= throttleTimeoutMs) {
      return this.#end({ status: "failed", error: failure });
    }
    const dueAtMs = nowMs + (retryAfterMs ?? heldBackoffMs());
    if (retryAfterMs !== undefined) run.models.hold(target, dueAtMs);
    return this.#hold(failure, dueAtMs);
  }

  /** The record comes back soon, to wait for a slot of the slowed limit: so it goes on as soon as others do. */
  async #hold(failure: Failure, dueAtMs: number): Promise<CallEnd> {
    const { store, dueAtMs: due } = this.#sending;
    const { entry, request, sentAt, finishedAt } = this.#call;
    await store.append({
      kind: "held",
      position: entry.position,
      sentAt,
      finishedAt,
      ...(request.key === 0 ? {} : { turn: request.key }),
      error: failure,
    });
    due.set(dueName(entry, request), dueAtMs);
    return { status: "again", failure, dueAtMs };
  }

  #noteAnswer(): void {
    const { target } = this.#call;
    this.#sending.run.models.noteAnswer(target);
    this.#noteReached();
  }

  #noteReached(): void {
    const { target, sentAt } = this.#call;
    this.#sending.leaser.apis.noteAnswer({ target, sentAtMs: sentAt });
  }

  /** Other models of the group go on; the records before this one in the row have failed. */
  async #noteForbidden(failure: Failure): Promise<CallEnd> {
    const { target, request } = this.#call;
    this.#noteReached();
    const prompt = JSON.stringify(request.record.prompt);
    const refusal = this.#sending.run.models.noteForbidden(target, prompt, failure);
    return refusal ? this.#noteRefusal(refusal) : this.#end({ status: "failed", error: failure });
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
