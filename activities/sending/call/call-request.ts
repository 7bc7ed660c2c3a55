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
  | {
      readonly status: "answered";
      readonly answer: Answer;
      /** True if the answer comes from an earlier run. */
      readonly reused?: true;
    }
  | { readonly status: "failed"; readonly error: Failure };

/** One call of a record. Only the code that handles the record knows its purpose. */
export interface CallRequest {
  readonly key: CallKey;
  readonly record: PromptRecord;
  /** Answers to the earlier turns. */
  readonly answers: readonly Answer[];
  /**
   * Number of steps that its row has completed. Calls of rows that are further along go first.
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

/** The facts about a call in its log line, in addition to its result. */
export interface CallFacts {
  readonly position: number;
  /** Time of the send in ms since the epoch; 0 if nothing was sent. */
  readonly sentAt: number;
  readonly finishedAt: number;
  /** Number of calls for the record so far, including this one. */
  readonly attempts: number;
  /** Spending. Set for an answered call. */
  readonly spend?: Spend;
}

/**
 * Makes a call, or returns its earlier result. Rejects with a `RecordStopped` if the record cannot
 * continue now.
 */
export type MakeCall = (request: CallRequest) => Promise<FinalEnd>;

/**
 * Returns the part of a log line that identifies a call. It is empty for the first call of a
 * record.
 */
export function namedInLog(key: CallKey): { readonly turn?: number; readonly key?: string } {
  if (typeof key === "string") return { key };
  return key === 0 ? {} : { turn: key };
}
