/**
 * The calls of one record, from the slot to the result on disk. `chat.ts` decides the purpose of a
 * call.
 *
 * A call that is in flight, or has a result in the log, is never sent again. The call belongs to
 * the process (`CallsInFlight`), so losing the activity that waits for it is harmless. A call is
 * paid for twice only if the process dies between the answer and its sync to disk.
 */
import { defined } from "../../src/domain/defined.js";
import type { CallKey } from "../../src/domain/journal/call-key.js";
import type { Failure } from "../../src/domain/record/outcome.js";
import { tokensOf } from "../../src/providers/tokens/count-tokens.js";
import type { IndexEntry } from "../../src/storage/log/group-store.js";
import { MoneyForCall } from "./budget/call-money.js";
import type { CallMoney, Unpaid } from "./budget/call-money.js";
import { namedInLog } from "./call/call-request.js";
import type { CallRequest, FinalEnd, PreparedCall } from "./call/call-request.js";
import type { CallName } from "./call/calls-in-flight.js";
import { CallNotes, dueName, endCall } from "./call/call-notes.js";
import { callProvider } from "./call/call-provider.js";
import type { CallResult } from "./call/call-provider.js";
import type { RecordSlots, Slot } from "./record-slots.js";
import type { CallEnd, Sending } from "./sending.js";
import { endedCall } from "./call/ended-call.js";
import { spendOnResult } from "./call/spend-on-result.js";
import { deathsOfSuspect, mostDeaths, workerDied } from "./suspects.js";
import { RecordStopped } from "./record-stopped.js";

const notDue: Failure = { type: "NotDue", message: "Waiting for its time to be tried again" };

/** Reason why a call fails without being sent. */
interface Unsent {
  readonly error: Failure;
  readonly attempts: number;
}

interface PaidCall extends PreparedCall {
  readonly money: CallMoney;
}

export class RecordCalls {
  readonly #sending: Sending;
  readonly #entry: IndexEntry;
  readonly #target: string;
  readonly #slots: RecordSlots;

  /** @param target `<api>/<model>` of the record's calls */
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
   * Makes a call. Rejects with a `RecordStopped` if the record cannot continue now. All other
   * rejections mean that nothing was sent, and do not count.
   */
  async make(request: CallRequest): Promise<FinalEnd> {
    const { run, suspects } = this.#sending;
    const suspectFrom = deathsOfSuspect(run.manifest.settings.maxAttempts);
    const end = await (this.#deaths(request) < suspectFrom
      ? this.#untilMade(request)
      : suspects.runExclusive(async () => this.#untilMade(request)));
    if (end.status === "answered" || end.status === "failed") return end;
    throw new RecordStopped(end);
  }

  async #untilMade(request: CallRequest): Promise<CallEnd> {
    const money = new MoneyForCall(this.#sending, { entry: this.#entry, target: this.#target });
    try {
      for (;;) {
        await this.#sending.run.dropped.refresh();
        const ended = this.#known(request);
        const known = (ended && (await ended)) ?? this.#givenUp(request) ?? this.#refused(request);
        if (known) return await known;
        const end = await this.#payAndStart(await this.#prepare(request), money);
        if (end !== undefined) return end;
      }
    } finally {
      money.close();
    }
  }

  /** Makes the call, unless there is no money for it, or an event during its waits prevents it. */
  async #payAndStart(prepared: PreparedCall, money: MoneyForCall): Promise<CallEnd | undefined> {
    const none = await money.whenRoom(prepared);
    if (none) return this.#endUnpaid(prepared, none);
    const slot = await this.#slots.take(prepared.request);
    let end: Promise<CallEnd> | undefined;
    try {
      const paid = await money.reserve(prepared);
      if ("status" in paid) return await this.#endUnpaid(prepared, paid);
      end = this.#start({ ...prepared, money: paid }, slot);
      if (!end) paid.end();
    } finally {
      if (!end) this.#slots.lapse(slot);
    }
    return await end;
  }

  /** Ends a call that cannot be paid. Returns `undefined` if there may be money later. */
  async #endUnpaid({ request }: PreparedCall, unpaid: Unpaid): Promise<CallEnd | undefined> {
    if (unpaid.status === "wait") return undefined;
    const { status, failure } = unpaid;
    if (status === "stop") return { status: "blocked", failure };
    return this.#endUnsent(request, { error: failure, attempts: 0 });
  }

  /** Returns a result that needs no slot: from a call in flight, or from an ended call. */
  #known(request: CallRequest): Promise<CallEnd | undefined> | undefined {
    const { calls, store } = this.#sending;
    const underWay = calls.find(this.#nameOf(request));
    if (underWay) return underWay;
    this.#dropIfSettled();
    const { position } = this.#entry;
    const hasEnded = store.hasEnded(position, request.key);
    return hasEnded ? endedCall(store, position, request.key) : undefined;
  }

  /** Returns the number of other processes that died during the call. */
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
    if (status) throw new RecordStopped({ status });
  }

  /** Refuses the call if its model waits for a person, or if the call is not due. */
  #refused(request: CallRequest): Promise<CallEnd> | CallEnd | undefined {
    const dropped = this.#sending.run.dropped.failureOf(this.#target);
    if (dropped) return this.#endUnsent(request, { error: dropped, attempts: 0 });
    const failure = this.#costReached();
    if (failure) return { status: "blocked", failure };
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

  #costReached(): Failure | undefined {
    const { run, context } = this.#sending;
    return run.budget.refusal(context.resumes);
  }

  /** Returns the end of a call that is not due yet. Each failed call has its own due time. */
  #notDueYet(request: CallRequest): CallEnd | undefined {
    const dueAtMs = this.#sending.dueAtMs.get(dueName(this.#entry, request)) ?? 0;
    return dueAtMs > Date.now() ? { status: "again", failure: notDue, dueAtMs } : undefined;
  }

  async #prepare(request: CallRequest): Promise<PreparedCall> {
    const { run, context } = this.#sending;
    const provider = await run.loadProvider(request.record.api);
    const priceOf = await run.prices(provider);
    return { request, provider, priceOf, environment: await run.environment(context.resumes) };
  }

  /** Makes the call, unless an event during the wait for the slot prevents it. */
  #start(paid: PaidCall, slot: Slot): Promise<CallEnd> | undefined {
    const { calls, context, leaser, store, run } = this.#sending;
    const trouble = store.failing();
    if (trouble !== undefined) throw new RecordStopped({ status: "stuck", message: trouble });
    if (this.#isForbidden(paid.request)) return undefined;
    leaser.claim(context.groupId);
    const call = async (controller: AbortController): Promise<CallEnd> => {
      try {
        return await this.#call(paid, slot, controller);
      } finally {
        paid.money.end();
        leaser.end(context.groupId);
      }
    };
    const { timeoutMs } = run.manifest.settings;
    return calls.start(this.#nameOf(paid.request), timeoutMs, call);
  }

  #isForbidden(request: CallRequest): boolean {
    const { calls, store } = this.#sending;
    const { position } = this.#entry;
    return (
      calls.find(this.#nameOf(request)) !== undefined ||
      store.statusOf(position) !== undefined ||
      store.hasEnded(position, request.key) ||
      this.#sending.run.dropped.failureOf(this.#target) !== undefined ||
      this.#refusal() !== undefined ||
      this.#costReached() !== undefined ||
      this.#notDueYet(request) !== undefined
    );
  }

  /** Makes the call. Rejects if the log cannot be written; that does not count as an attempt. */
  async #call(paid: PaidCall, slot: Slot, controller: AbortController): Promise<CallEnd> {
    const { request, provider, environment, money } = paid;
    const { run, store, mediaFolder } = this.#sending;
    const { record, answers, key } = request;
    const attempt = store.attemptsOf(this.#entry.position, key) + 1;
    if (this.#sending.isRetried || this.#deaths(request) > 0) await this.#noteStart(key);
    const turn = typeof key === "number" ? key : 0;
    const sentAt = Date.now();
    const callNumber = attempt + store.heldCalls(this.#entry.position);
    const observeEnd = this.#observe(paid, callNumber);
    const result = await callProvider(
      provider,
      { record, environment, turn, answers, mediaFolder, attempt: callNumber },
      { timeoutMs: run.manifest.settings.timeoutMs, controller },
    );
    observeEnd(result);
    const spend = spendOnResult(paid, result, sentAt);
    money.answered(spend);
    const call = {
      entry: this.#entry,
      target: this.#target,
      request,
      attempt,
      sentAt,
      finishedAt: Date.now(),
      ...defined({ spend }),
    };
    if (slot.tokens !== undefined) await this.#settleTokens(paid, slot.tokens, result);
    return new CallNotes(this.#sending, call).note(result);
  }

  #observe(
    { request: { record }, provider }: PreparedCall,
    attempt: number,
  ): (result: CallResult) => void {
    const { observer, context, run } = this.#sending;
    return observer.callStarted({
      api: record.api,
      model: record.model_name ?? "",
      attempt,
      experiment: run.manifest.settings.name,
      group: context.group,
      position: this.#entry.position,
      tokensOf: ({ usage }) => tokensOf(provider, usage),
    });
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
