/**
 * The calls of one row's walk. Each has a key, under which the journal answers it after a crash.
 */
import { hash } from "node:crypto";
import { defined } from "../../src/domain/defined.js";
import { costReachedType } from "../../src/domain/money/budget.js";
import { reusedSpend, sumOfCosts } from "../../src/domain/money/spending.js";
import { RowError } from "../../src/domain/graph/walk/step-value.js";
import { canonicalJson } from "../../src/domain/json/canonical-json.js";
import type { JsonValue } from "../../src/domain/json/json.js";
import { JournalKeys } from "../../src/domain/journal/journal-key.js";
import type { CallLine, StepLine } from "../../src/domain/record/log-line.js";
import type { Answer, Failure } from "../../src/domain/record/outcome.js";
import { targetOf } from "../../src/domain/record/prompt-record.js";
import { blockedType } from "../../src/pipeline/steps/step-effects.js";
import type { CallAnswer, ModelCall, StepAt } from "../../src/pipeline/steps/step-effects.js";
import type { GroupStore, IndexEntry } from "../../src/storage/log/group-store.js";
import { DayUsedUp } from "../leaser/waiting-line.js";
import type { CallFacts, CallRequest, FinalEnd } from "../sending/call/call-request.js";
import { RecordCalls } from "../sending/record-calls.js";
import { RecordStopped } from "../sending/record-stopped.js";
import { RecordSlots } from "../sending/record-slots.js";
import type { Sending } from "../sending/sending.js";
import { sleepUntil } from "../sending/sleep-until.js";
import type { StepBoard } from "./step-board.js";
import type { RowStop } from "./row-stop.js";

/**
 * Returns everything that a call of a target needs. Throws for a target that the pipeline does not
 * name.
 */
export type SendingTo = (target: string) => Sending;

export interface RowOfCalls {
  readonly entry: IndexEntry;
  readonly store: GroupStore;
  readonly sendingTo: SendingTo;
  /** True if the step asks another model if this one is blocked or away. */
  readonly hasFallback: (step: string, target: string) => boolean;
  /**
   * Returns the line of an earlier run's journal for a call or a recorded value. Absent if the run
   * reuses none.
   */
  readonly earlier?: (step: string, key: string) => Promise<CallLine | StepLine | undefined>;
  readonly board: Pick<StepBoard, "begin">;
  readonly stop: RowStop;
}

export class RowCalls {
  readonly #row: RowOfCalls;
  readonly #keys = new JournalKeys();
  readonly #costs: (number | null | undefined)[] = [];
  #underWay = 0;

  constructor(row: RowOfCalls) {
    this.#row = row;
  }

  /**
   * Makes a call. Rejects with a `RowError` if the call failed permanently. Never settles if the
   * walk is stopped.
   */
  async call({ record, mediaFolder }: ModelCall, at: StepAt): Promise<CallAnswer> {
    const { step, path } = at;
    const key = this.#keys.next({ step, path, digest: digestOf(record) });
    const request = { key, record, answers: [], depth: at.depth, lineOf: lineOf(key) };
    const target = targetOf(record);
    const { hasFallback, stop, earlier } = this.#row;
    const reused = earlier && (await this.#reused(step, key));
    if (stop.isStopped) await stop.never();
    if (reused) return reused;
    const media = defined({ mediaFolder });
    const place = { step, target, media, hasFallback: hasFallback(step, target) };
    const end = await this.#untilEnded(request, place);
    if (stop.isStopped) await stop.never();
    if (end.status === "answered") {
      this.#costs.push(end.answer.cost);
      return end.reused ? { ...end.answer, isEarlier: true } : end.answer;
    }
    throw new RowError(end.error.type, end.error.message);
  }

  /**
   * Returns the cost of the row's answered calls so far, in dollars. Calls of earlier runs cost
   * nothing.
   */
  cost(): Pick<Answer, "cost"> {
    return defined({ cost: sumOfCosts(this.#costs) });
  }

  /**
   * Computes a value once. Later walks take it from the journal.
   *
   * @param of with `reuses`, values of earlier runs count too
   */
  async recorded(
    { step, path }: StepAt,
    of: { readonly digest: string; readonly reuses?: boolean },
    compute: () => Promise<JsonValue>,
  ): Promise<JsonValue> {
    const { entry, store, stop } = this.#row;
    const { position } = entry;
    const key = this.#keys.next({ step, path, digest: of.digest });
    const known = await store.journalLineOf(position, key);
    if (known?.kind === "step") return known.value;
    const found = of.reuses === true ? await this.#earlier(step, key) : undefined;
    const value = found?.kind === "step" ? found.value : await compute();
    try {
      await store.append({ kind: "step", position, key, finishedAt: Date.now(), value });
    } catch (error) {
      return stop.fail(error);
    }
    return value;
  }

  async #earlier(step: string, key: string): Promise<CallLine | StepLine | undefined> {
    const { stop, earlier } = this.#row;
    try {
      return await earlier?.(step, key);
    } catch (error) {
      return stop.fail(error);
    }
  }

  /**
   * Returns an earlier run's answer. It becomes an answer of this run, so that later runs can reuse
   * it.
   */
  async #reused(step: string, key: string): Promise<CallAnswer | undefined> {
    const { entry, store, stop } = this.#row;
    const { position } = entry;
    if (store.hasEnded(position, key)) return undefined;
    const line = await this.#earlier(step, key);
    const answer = line?.kind === "call" ? line.answer : undefined;
    if (!answer) return undefined;
    try {
      const finishedAt = Date.now();
      const facts = { kind: "call", position, key, sentAt: 0, finishedAt } as const;
      const { cost, ...unpaid } = answer;
      const spend = typeof cost === "number" ? { spend: reusedSpend(cost) } : {};
      await store.append({ ...facts, answer, reused: true, ...spend });
      return { ...unpaid, isEarlier: true };
    } catch (error) {
      return await stop.fail(error);
    }
  }

  async #untilEnded(
    request: CallRequest,
    { step, target, media, hasFallback }: CallPlace,
  ): Promise<FinalEnd> {
    const { entry, sendingTo, stop, board } = this.#row;
    const sending = { ...sendingTo(target), ...media };
    const shown = board.begin(step, { position: entry.position, target });
    this.#underWay += 1;
    try {
      for (;;) {
        const end = await this.#tryOnce(sending, { request, target, sent: shown.sent });
        if (!("dueAtMs" in end)) return end;
        if (hasFallback && sending.leaser.apis.isDown(target)) {
          return await this.#passOn(request, `${target} can't be reached now`);
        }
        await sleepUntil(end.dueAtMs, sending.signal);
      }
    } catch (error) {
      const refusal = hasFallback ? refusalIn(error) : undefined;
      if (refusal) return await this.#passOn(request, refusal.message);
      if (error instanceof RecordStopped) return await stop.stop(error.result);
      if (error instanceof DayUsedUp) {
        return await stop.stop({ status: "left", usedUpUntilMs: error.untilMs });
      }
      if (sending.signal.aborted) return await stop.stop({ status: "left" });
      return await stop.fail(
        new Error(`row ${entry.position}: ${String(error)}`, { cause: error }),
      );
    } finally {
      this.#underWay -= 1;
      shown.end();
    }
  }

  /** Journals that the next model is asked, so that a replay asks the same model. */
  async #passOn({ key, lineOf }: CallRequest, message: string): Promise<FinalEnd> {
    const { entry, store } = this.#row;
    const end = { status: "failed", error: { type: blockedType, message } } as const;
    const facts = { position: entry.position, sentAt: 0, finishedAt: Date.now(), attempts: 0 };
    if (!store.hasEnded(entry.position, key)) await store.append(lineOf(end, facts));
    return end;
  }

  /** Tries a call once. If the row has other calls in progress, waits here for the next try. */
  async #tryOnce(
    sending: Sending,
    { request, target, sent }: TriedCall,
  ): Promise<FinalEnd | { readonly dueAtMs: number }> {
    const slots = new RecordSlots(sending, target, { onTurn: sent });
    const calls = new RecordCalls(sending, { entry: this.#row.entry, target }, slots);
    try {
      return await calls.make(request);
    } catch (error) {
      const isAgain = error instanceof RecordStopped && error.result.status === "again";
      if (!isAgain || this.#underWay === 1) throw error;
      return { dueAtMs: error.result.dueAtMs };
    } finally {
      slots.close();
    }
  }
}

/**
 * Returns the reason why another model may answer in place of this one. Spent money is no such
 * reason.
 */
function refusalIn(error: unknown): Failure | undefined {
  if (!(error instanceof RecordStopped) || error.result.status !== "blocked") return undefined;
  const { failure } = error.result;
  return failure.type === costReachedType ? undefined : failure;
}

interface CallPlace {
  readonly step: string;
  /** `<api>/<model>` */
  readonly target: string;
  readonly hasFallback: boolean;
  readonly media: Pick<ModelCall, "mediaFolder">;
}

interface TriedCall extends Pick<CallPlace, "target"> {
  readonly request: CallRequest;
  /** Called when the call has its slot. */
  readonly sent: () => void;
}

function lineOf(key: string): (end: FinalEnd, facts: CallFacts) => CallLine {
  return (end, { position, sentAt, finishedAt, spend }) => ({
    kind: "call",
    position,
    key,
    sentAt,
    finishedAt,
    ...(end.status === "answered" ? { answer: end.answer } : { error: end.error }),
    ...defined({ spend }),
  });
}

/** Returns a digest that is equal for the same API, model, parameters and messages. */
function digestOf({ api, model_name, parameters, prompt }: ModelCall["record"]): string {
  const asked = { api, prompt, ...defined({ model_name }), parameters: parameters ?? {} };
  return hash("sha256", canonicalJson(asked)).slice(0, 16);
}
