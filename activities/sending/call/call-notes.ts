/**
 * Writes the end of a call to the outcome log before it reports the end, and decides whether to
 * retry the call.
 */
import { defined } from "../../../src/domain/defined.js";
import type { Spend } from "../../../src/domain/money/spending.js";
import { cutWords } from "../../../src/domain/failure/api-words.js";
import { backoffMs } from "../../../src/domain/failure/backoff.js";
import type { Failure } from "../../../src/domain/record/outcome.js";
import type { IndexEntry } from "../../../src/storage/log/group-store.js";
import { namedInLog } from "./call-request.js";
import type { CallFacts, CallRequest, FinalEnd } from "./call-request.js";
import type { CallResult, FailedResult } from "./call-provider.js";
import type { CallEnd, Sending } from "../sending.js";

/** A call that has ended. */
export interface EndedCall {
  readonly entry: IndexEntry;
  /** `<api>/<model>` */
  readonly target: string;
  readonly request: CallRequest;
  /** Number of the attempt, starting at 1. */
  readonly attempt: number;
  readonly sentAt: number;
  readonly finishedAt: number;
  /** Spending. Set if the call was answered. */
  readonly spend?: Spend;
}

/** Default time in ms for runs that an earlier version has started. */
const defaultThrottleTimeoutMs = 3_600_000;

const aborted: Failure = {
  type: "cancelled",
  message: "Aborted by a second cancel before its answer.",
};

/**
 * Returns a wait in ms that spreads calls that failed together. A slot decides when a held call is
 * sent.
 */
function heldBackoffMs(): number {
  return backoffMs(1, Math.random());
}

/** Returns the name for the time at which a failed call is due again. */
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
    // A second cancellation aborted the call. It is unknown if the API answered.
    if (result === "aborted") return this.#end({ status: "failed", error: aborted });
    if ("answer" in result) {
      this.#noteAnswer();
      const cost = this.#call.spend?.cost;
      return this.#end({ status: "answered", answer: { ...result.answer, ...defined({ cost }) } });
    }
    return this.#noteFailure(result);
  }

  async #noteFailure(failed: FailedResult): Promise<CallEnd> {
    const { failure, class: found } = failed;
    const { maxAttempts } = this.#sending.run.manifest.settings;
    if (found.class === "throttled") return this.#noteThrottled(failure, found.retryAfterMs);
    if (this.#isAway(failed)) return this.#hold(failure, Date.now() + heldBackoffMs());
    if (found.blocksInARow) return this.#noteUnclear(failed);
    if (found.class !== "away" && failure.status !== undefined) this.#noteAnswer();
    if (found.class === "blocked") return this.#noteBlocked(failure);
    if (found.class === "permanent" || this.#call.attempt >= maxAttempts) {
      return this.#end({ status: "failed", error: failure });
    }
    return this.#noteFailedAttempt(failure, found.retryAfterMs);
  }

  /** True if the API is down and no call could have been answered. */
  #isAway({ failure, class: found, host }: FailedResult): boolean {
    const { leaser, context } = this.#sending;
    const { target, entry, sentAt } = this.#call;
    // A timeout alone does not show that the API is down; other calls must show it.
    if (found.type === "Timeout" && failure.status === undefined) {
      return leaser.apis.isDown(target);
    }
    if (found.class !== "away") return false;
    return leaser.apis.noteFailure({
      target,
      host,
      sentAtMs: sentAt,
      reason: cutWords(failure.message),
      record: `${context.groupId}/${entry.position}`,
      unreached: found.unreached === true,
      holdForMs: found.retryAfterMs,
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
      ...namedInLog(request.key),
      error: failure,
    });
    due.set(dueName(entry, request), dueAtMs);
    return { status: "again", failure, dueAtMs };
  }

  /**
   * Handles a 429, which counts against the limit and is not an attempt. The record fails once its
   * model has answered only 429 for the configured time.
   */
  async #noteThrottled(failure: Failure, retryAfterMs: number | undefined): Promise<CallEnd> {
    const { run, leaser } = this.#sending;
    const { target, sentAt } = this.#call;
    leaser.apis.noteThrottled({ target, sentAtMs: sentAt }, retryAfterMs);
    const nowMs = Date.now();
    const refusedSinceMs = leaser.apis.refusedSinceMs(target) ?? nowMs;
    const { throttleTimeoutMs = defaultThrottleTimeoutMs } = run.manifest.settings;
    if (nowMs - refusedSinceMs >= throttleTimeoutMs) {
      return this.#end({ status: "failed", error: failure });
    }
    const dueAtMs = nowMs + (retryAfterMs ?? heldBackoffMs());
    return this.#hold(failure, dueAtMs);
  }

  /**
   * Lets the record wait for a slot of the slowed limit, so that it continues as soon as other
   * records do.
   */
  async #hold(failure: Failure, dueAtMs: number): Promise<CallEnd> {
    const { store, dueAtMs: due } = this.#sending;
    const { entry, request, sentAt, finishedAt } = this.#call;
    await store.append({
      kind: "held",
      position: entry.position,
      sentAt,
      finishedAt,
      ...namedInLog(request.key),
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

  /**
   * Notes a refusal that may be for one prompt only. Other models of the group continue. Records
   * that failed earlier with the same refusal stay failed.
   */
  async #noteUnclear({ failure, host }: FailedResult): Promise<CallEnd> {
    const { target, request } = this.#call;
    const { run, context } = this.#sending;
    this.#noteReached();
    const prompt = JSON.stringify(request.record.prompt);
    // A call that was in flight at the block waits like all other calls.
    const known = run.models.refusal(target, context.resumes);
    if (known) return this.#noteBlocked(known);
    const refusal = run.models.noteUnclear(target, { prompt, failure, host });
    if (!refusal) return this.#end({ status: "failed", error: failure });
    // The message quotes little of the API, and our advice after the quotation must not be cut.
    return this.#noteBlocked(refusal, refusal.message);
  }

  /** @param reason for people; it travels through Temporal */
  async #noteBlocked(failure: Failure, reason = cutWords(failure.message)): Promise<CallEnd> {
    const { run, context, store } = this.#sending;
    const { entry, target } = this.#call;
    run.models.refuse(target, { failure, reason, resumes: context.resumes });
    if (run.manifest.settings.onBlocked === "fail") {
      return this.#end({ status: "failed", error: failure });
    }
    const { position } = entry;
    const finishedAt = Date.now();
    await store.append({ kind: "refused", position, finishedAt, target, error: failure });
    return { status: "blocked", failure };
  }

  /** Ends a call. Failed and answered calls both count as one call. */
  async #end(end: FinalEnd): Promise<FinalEnd> {
    const { store } = this.#sending;
    const { entry, request, sentAt, finishedAt, spend } = this.#call;
    const { position } = entry;
    const attempts = store.attemptsOf(position) + store.endedCalls(position) + 1;
    const facts = { position, sentAt, finishedAt, attempts, ...defined({ spend }) };
    await endCall(this.#sending, { entry, request, facts }, end);
    return end;
  }
}

interface EndingCall {
  readonly entry: IndexEntry;
  readonly request: CallRequest;
  readonly facts: CallFacts;
}

/** Writes the final result of a call. */
export async function endCall(
  { store, dueAtMs }: Sending,
  { entry, request, facts }: EndingCall,
  end: FinalEnd,
): Promise<void> {
  dueAtMs.delete(dueName(entry, request));
  await store.append(request.lineOf(end, facts));
}
