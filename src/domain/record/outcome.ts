import type { JsonObject, JsonValue } from "../json/json.js";

/** Why an attempt or a record failed. */
export interface Failure {
  /** A stable word: `RateLimit`, `Timeout`, `Authentication`, `cancelled`, `internal` … */
  readonly type: string;
  /** Whole, as the API gave it; it never contains a key. */
  readonly message: string;
  /** HTTP status, where there was one. */
  readonly status?: number;
  readonly requestId?: string;
}

/** What one call brought: the answer to a record, or to one turn of a chat. */
export interface Answer {
  /** Text; `null` where the API answered without text; a list where `n` > 1. */
  readonly response: JsonValue;
  /** The model that the API says it served: its name, or whatever the API says in that place. */
  readonly model?: JsonValue;
  readonly finishReason?: JsonValue;
  /** As the API gave it: an object from all that are known, but an answer is paid for whatever stands here. */
  readonly usage?: JsonValue;
  /** Of a turn: no other can follow it, since the API would block that as well. @default false */
  readonly endsChat?: true;
  /** Further keys for the output line, such as `safety_attributes` or `tool_calls`. */
  readonly extra?: JsonObject;
}

interface Facts {
  /** When the (last) call was sent, epoch milliseconds; 0 where nothing was sent. */
  readonly sentAt: number;
  readonly finishedAt: number;
  /** Calls made for the record, repeated ones included; for a chat, of all turns. */
  readonly attempts: number;
}

/** How a record ended. */
export type Outcome = CompletedOutcome | FailedOutcome;

export interface CompletedOutcome extends Facts, Omit<Answer, "endsChat"> {
  readonly status: "completed";
}

export interface FailedOutcome extends Facts {
  readonly status: "failed";
  readonly error: Failure;
}
