import type { LogLine } from "../../src/domain/record/log-line.js";
import type { Answer, Failure } from "../../src/domain/record/outcome.js";
import type { PromptRecord } from "../../src/domain/record/prompt-record.js";

/** Names a call within its record. A chat's calls have the number of their turn. */
export type CallKey = number;

/** A call that will not be made again: its answer, or its last failure. */
export type FinalEnd =
  | { readonly status: "answered"; readonly answer: Answer }
  | { readonly status: "failed"; readonly error: Failure };

/** One call that a record needs. What it is for, its program alone knows. */
export interface CallRequest {
  readonly key: CallKey;
  readonly record: PromptRecord;
  /** The answers to the turns before. */
  readonly answers: readonly Answer[];
  /** The line that keeps the call's end in the outcome log. */
  readonly lineOf: (end: FinalEnd, facts: CallFacts) => LogLine;
}

/** Facts about a call that its log line carries beside the end. */
export interface CallFacts {
  readonly position: number;
  /** 0 where nothing was sent. */
  readonly sentAt: number;
  readonly finishedAt: number;
  /** Calls made for the record so far, this one included. */
  readonly attempts: number;
}

/** Makes a call, or finds what it came to before. Rejects with `WalkDropped` where the record cannot go on now. */
export type MakeCall = (request: CallRequest) => Promise<FinalEnd>;
