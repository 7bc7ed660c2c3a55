import type { LogLine } from "../../src/domain/record/log-line.js";
import type { Answer, Failure } from "../../src/domain/record/outcome.js";
import type { PromptRecord } from "../../src/domain/record/prompt-record.js";

/** Identifies a call within its record. The calls of a chat have the index of their turn. */
export type CallKey = number;

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
  /** Makes the line for the call's result in the outcome log. */
  readonly lineOf: (end: FinalEnd, facts: CallFacts) => LogLine;
}

/** Facts about a call in its log line, beside its result. */
export interface CallFacts {
  readonly position: number;
  /** 0 if nothing was sent. */
  readonly sentAt: number;
  readonly finishedAt: number;
  /** Calls made for the record so far, this one included. */
  readonly attempts: number;
}

/**
 * Makes a call, or returns its earlier result. Rejects with `WalkDropped` if the record cannot
 * continue now.
 */
export type MakeCall = (request: CallRequest) => Promise<FinalEnd>;
