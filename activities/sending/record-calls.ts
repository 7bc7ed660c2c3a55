/**
 * The calls of one record, from the slot to the result on disk. The record's program (`chat.ts`)
 * decides the purpose of a call.
 *
 * A call that is in flight, or has a result in the log, is never sent again. The call belongs to
 * the process (`CallsInFlight`), so losing the activity that waits for it is harmless. A call is
 * paid for twice only if the process dies between the answer and its sync to disk.
 */
import type { CallKey } from "../../src/domain/journal/call-key.js";
import type { Failure } from "../../src/domain/record/outcome.js";
import { tokensOf } from "../../src/providers/tokens/count-tokens.js";
import type { Environment } from "../../src/domain/environment.js";
import type { Provider } from "../../src/providers/provider.js";
import type { GroupStore, IndexEntry } from "../../src/storage/log/group-store.js";
import { namedInLog } from "./call-request.js";
import type { CallRequest, FinalEnd } from "./call-request.js";
import type { CallName } from "./calls-in-flight.js";
import { CallNotes, dueName, endCall } from "./call-notes.js";
import { callProvider } from "./call-provider.js";
import type { CallResult } from "./call-provider.js";
import type { RecordSlots, Slot } from "./record-slots.js";
import type { CallEnd, RecordResult, Sending } from "./sending.js";
import { deathsOfSuspect, mostDeaths, workerDied } from "./suspects.js";

const notDue: Failure = { type: "NotDue", message: "Waiting for its time to be tried again" };

/** Ends the record's program, which starts again in a later activity attempt, or never. */
export class WalkDropped extends Error {
  override readonly name = "WalkDropped";
  readonly result: RecordResult;

  constructor(result: RecordResult) {
    super(`The record can't go on now: ${result.status}`);
    this.result = result;
  }
}

/** The reason why a call fails without being sent. */
interface Unsent {
  readonly error: Failure;
  readonly attempts: number;
}

/** The parts of a call, prepared before the wait for the slot so that the call is not late. */
interface PreparedCall {
  readonly request: CallRequest;
  readonly provider: Provider;
  readonly environment: Environment;
}

export class RecordCalls {
  readonly #sending: Sending;
  readonly #entry: IndexEntry;
  readonly #target: string;
  readonly #slots: RecordSlots;

  /** @param target `<api>/<model>` of its calls */
  constructor(
    sending: Sending,
    { entry, target }: { readonly entry: IndexEntry; readonly target: string },
    slots: RecordSlots,
  ) {
    this.#sending = sending;
    this.#entry = entry;
    this.#target = target;
    this.#slots = slots;
  }

  /**
   * Rejects with `WalkDropped` if the record cannot continue now. Other rejections mean that
   * nothing was sent, and do not count.
   */
  async make(request: CallRequest): Promise<FinalEnd> {
    const { run, suspects } = this.#sending;
    const suspectFrom = deathsOfSuspect(run.manifest.settings.maxAttempts);
    const end = await (this.#deaths(request) < suspectFrom
      ? this.#untilMade(request)
      : suspects.run(async () => this.#untilMade(request)));
    if (end.status === "answered" || end.status === "failed") return end;
    throw new WalkDropped(end);
  }

  async #untilMade(request: CallRequest): Promise<CallEnd> {
    for (;;) {
      const ended = this.#known(request);
      const known = (ended && (await ended)) ?? this.#givenUp(request) ?? this.#refused(request);
      if (known) return known;
      const prepared = await this.#prepare(request);
      const started = this.#start(prepared, await this.#slots.take(request));
      if (started) return started;
    }
  }

  /** Results that need no slot: a call in flight, or an ended call. */
  #known(request: CallRequest): Promise<CallEnd | undefined> | undefined {
    const { calls, store } = this.#sending;
    const underWay = calls.find(this.#nameOf(request));
    if (underWay) return underWay;
    this.#dropIfSettled();
    const { position } = this.#entry;
    const hasEnded = store.hasEnded(position, request.key);
    return hasEnded ? endedCall(store, position, request.key) : undefined;
  }

  /** Number of other processes that died during the call. */
  #deaths({ key }: CallRequest): number {
    return this.#sending.store.openStartsOf(this.#entry.position, key);
  }

  #givenUp(request: CallRequest): Promise<CallEnd> | undefined {
    const { run } = this.#sending;
    const deaths = this.#deaths(request);
    if (deaths < mostDeaths(run.manifest.settings.maxAttempts)) return undefined;
    return this.#endUnsent(request, { error: workerDied(deaths), attempts: deaths });
  }

  #dropIfSettled(): void {
    const status = this.#sending.store.statusOf(this.#entry.position);
    if (status) throw new WalkDropped({ status });
  }

  /** Refuses the call if its model waits for a person, or if the call is not due. */
  #refused(request: CallRequest): Promise<CallEnd> | CallEnd | undefined {
    const error = this.#refusal();
    if (!error) return this.#notDueYet(request);
    if (this.#sending.run.manifest.settings.onBlocked === "wait") {
      return { status: "blocked", failure: error };
    }
    return this.#endUnsent(request, { error, attempts: 0 });
  }

  async #endUnsent(request: CallRequest, { error, attempts }: Unsent): Promise<CallEnd> {
    const end: FinalEnd = { status: "failed", error };
    const { position } = this.#entry;
    const facts = { position, sentAt: 0, finishedAt: Date.now(), attempts };
    await endCall(this.#sending, { entry: this.#entry, request, facts }, end);
    return end;
  }

  #refusal(): Failure | undefined {
    const { run, context } = this.#sending;
    return run.models.refusal(this.#target, context.resumes);
  }

  /** A failed call has its own due time, and a model after a 429 has one for all its records. */
  #notDueYet(request: CallRequest): CallEnd | undefined {
    const { run, dueAtMs: due } = this.#sending;
    const heldUntilMs = run.models.heldUntil(this.#target);
    const dueAtMs = Math.max(due.get(dueName(this.#entry, request)) ?? 0, heldUntilMs);
    return dueAtMs > Date.now() ? { status: "again", failure: notDue, dueAtMs } : undefined;
  }

  async #prepare(request: CallRequest): Promise<PreparedCall> {
    const { run, context } = this.#sending;
    const provider = await run.loadProvider(request.record.api);
    return { request, provider, environment: await run.environment(context.resumes) };
  }

  /** Makes the call, unless an event during the wait for the slot prevents it. */
  #start(prepared: PreparedCall, slot: Slot): Promise<CallEnd> | undefined {
    const { calls, context, leaser, store, run } = this.#sending;
    const trouble = store.failing();
    if (trouble !== undefined || this.#isForbidden(prepared.request)) {
      this.#slots.lapse(slot);
      if (trouble !== undefined) throw new WalkDropped({ status: "stuck", message: trouble });
      return undefined;
    }
    leaser.claim(context.groupId);
    const call = async (controller: AbortController): Promise<CallEnd> => {
      try {
        return await this.#call(prepared, slot, controller);
      } finally {
        leaser.end(context.groupId);
      }
    };
    const { timeoutMs } = run.manifest.settings;
    return calls.start(this.#nameOf(prepared.request), timeoutMs, call);
  }

  #isForbidden(request: CallRequest): boolean {
    const { calls, store } = this.#sending;
    const { position } = this.#entry;
    return (
      calls.find(this.#nameOf(request)) !== undefined ||
      store.statusOf(position) !== undefined ||
      store.hasEnded(position, request.key) ||
      this.#refusal() !== undefined ||
      this.#notDueYet(request) !== undefined
    );
  }

  /** Rejects if the log cannot be written; that does not count. */
  async #call(prepared: PreparedCall, slot: Slot, controller: AbortController): Promise<CallEnd> {
    const { request, provider, environment } = prepared;
    const { run, store, mediaFolder } = this.#sending;
    const { record, answers, key } = request;
    const attempt = store.attemptsOf(this.#entry.position, key) + 1;
    if (this.#sending.isRetried || this.#deaths(request) > 0) await this.#noteStart(key);
    const turn = typeof key === "number" ? key : 0;
    const sentAt = Date.now();
    const callNumber = attempt + store.heldCalls(this.#entry.position);
    const result = await callProvider(
      provider,
      { record, environment, turn, answers, mediaFolder, attempt: callNumber },
      { timeoutMs: run.manifest.settings.timeoutMs, controller },
    );
    const call = {
      entry: this.#entry,
      target: this.#target,
      request,
      attempt,
      sentAt,
      finishedAt: Date.now(),
    };
    if (slot.tokens !== undefined) await this.#settleTokens(prepared, slot.tokens, result);
    return new CallNotes(this.#sending, call).note(result);
  }

  #nameOf({ key }: CallRequest): CallName {
    const { directory, group } = this.#sending.context;
    return { directory, group, position: this.#entry.position, key };
  }

  async #noteStart(key: CallKey): Promise<void> {
    const { position } = this.#entry;
    await this.#sending.store.append({
      kind: "started",
      position,
      finishedAt: Date.now(),
      ...namedInLog(key),
    });
  }

  async #settleTokens(
    { request, provider }: PreparedCall,
    counted: number,
    result: CallResult,
  ): Promise<void> {
    if (result === "aborted" || !("answer" in result)) return;
    const { answer } = result;
    const { run, context, leaser } = this.#sending;
    const counts = tokensOf(provider, answer.usage);
    const used = await run.estimates(context.group).note(request, answer, counts);
    leaser.settle(context.groupId, Math.round(used - counted));
  }
}

/** The logged end of a call of a record without an outcome. */
async function endedCall(
  store: GroupStore,
  position: number,
  key: CallKey,
): Promise<FinalEnd | undefined> {
  if (typeof key === "number") {
    const answer = await store.answerOf(position, key);
    return answer && { status: "answered", answer };
  }
  const line = await store.journalLineOf(position, key);
  if (line?.kind !== "call") return undefined;
  if (line.answer) return { status: "answered", answer: line.answer };
  return line.error && { status: "failed", error: line.error };
}
