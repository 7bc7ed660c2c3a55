import type { TokenCounts } from "../../../src/domain/tokens/token-counts.js";
import type { Answer } from "../../../src/domain/record/outcome.js";
import type { CallResult } from "./call-provider.js";

/** A call that is about to be sent. */
export interface ObservedCall {
  readonly api: string;
  readonly model: string;
  /** Name of the experiment. */
  readonly experiment: string;
  readonly group: string;
  /** Index of the record in its group, starting at 0. */
  readonly position: number;
  /** Number of the call, starting at 1. Calls held back by a 429 or an outage count too. */
  readonly attempt: number;
  /** Returns the tokens that the API has counted, if it reports them. */
  readonly tokensOf: (answer: Answer) => TokenCounts | undefined;
}

/**
 * Reason why a call waits before it is sent. `limit` means a slot of its limit; `api` means that
 * the API is down or slowed.
 */
export type WaitReason = "limit" | "api";

/** Observes the calls of a process, for metrics and traces. It must not throw. */
export interface CallObserver {
  /** Called when a call is sent. The returned function is called when the call ends. */
  readonly callStarted: (call: ObservedCall) => (result: CallResult) => void;
  /** Called after each wait. */
  readonly waited: (reason: WaitReason, durationMs: number) => void;
  /** Called at the time of each slot. @param latenessMs time in ms since the time of the slot */
  readonly turn: (latenessMs: number) => void;
  /** Called when a row or line starts. The returned function is called when it ends. */
  readonly openRow: () => () => void;
}

const nothing = (): void => undefined;

export const noObserver: CallObserver = {
  callStarted: () => nothing,
  waited: nothing,
  turn: nothing,
  openRow: () => nothing,
};
