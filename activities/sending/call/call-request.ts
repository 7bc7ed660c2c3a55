import type { Environment } from "../../../src/domain/environment.js";
import type { CallKey } from "../../../src/domain/journal/call-key.js";
import type { Spend } from "../../../src/domain/money/spending.js";
import type { LogLine } from "../../../src/domain/record/log-line.js";
import type { Answer, Failure } from "../../../src/domain/record/outcome.js";
import type { PromptRecord } from "../../../src/domain/record/prompt-record.js";
import type { PriceOf } from "../../../src/providers/prices/price-source.js";
import type { Provider } from "../../../src/providers/provider.js";

/** The final result of a call: its answer, or its last failure. */
export type FinalEnd =
  | { readonly status: "answered"; readonly answer: Answer }
  | { readonly status: "failed"; readonly error: Failure };

/** One call of a record. Only the record's program knows its purpose. */
export interface CallRequest {
  readonly key: CallKey;
  readonly record: PromptRecord;
  /** Answers to the earlier turns. */
  readonly answers: readonly Answer[];
  /**
   * Number of steps that its row has behind it: calls of rows that are further along go first.
   * @default the number of answers
   */
  readonly depth?: number;
  /** Makes the line for the call's result in the outcome log. */
  readonly lineOf: (end: FinalEnd, facts: CallFacts) => LogLine;
}

/** The parts of a call, prepared before the wait for the slot so that the call is not late. */
export interface PreparedCall {
  readonly request: CallRequest;
  readonly provider: Provider;
  readonly environment: Environment;
  readonly priceOf: PriceOf;
}

/** Facts about a call in its log line, beside its result. */
export interface CallFacts {
  readonly position: number;
  /** 0 if nothing was sent. */
  readonly sentAt: number;
  readonly finishedAt: number;
  /** Calls made for the record so far, this one included. */
  readonly attempts: number;
  /** Set for an answered call. */
  readonly spend?: Spend;
}

/**
 * Makes a call, or returns its earlier result. Rejects with `WalkDropped` if the record cannot
 * continue now.
 */
export type MakeCall = (request: CallRequest) => Promise<FinalEnd>;

/** The part of a log line that names a call. The first call of a record needs none. */
export function namedInLog(key: CallKey): { readonly turn?: number; readonly key?: string } {
  if (typeof key === "string") return { key };
  return key === 0 ? {} : { turn: key };
}
