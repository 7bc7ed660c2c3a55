import type { LineEnd } from "../flow/line.js";
import type { WalkResult } from "../graph/walk/walk.js";
import type { JsonObject, JsonValue } from "../json/json.js";

/** The failure of an attempt or a record. */
export interface Failure {
  /** A stable word: `RateLimit`, `Timeout`, `Authentication`, `cancelled`, `internal` … */
  readonly type: string;
  /** The API's complete message; it never contains a key. */
  readonly message: string;
  /** HTTP status, if any. */
  readonly status?: number;
  readonly requestId?: string;
}

/** The result of one call: the answer to a record, or to one turn of a chat. */
export interface Answer {
  /** Text, `null` if the API answered without text, or a list if `n` > 1. */
  readonly response: JsonValue;
  /** The model in the API's answer: its name, or any other value that the API sends there. */
  readonly model?: JsonValue;
  readonly finishReason?: JsonValue;
  /**
   * Unchanged from the API. Known APIs send an object, but the answer is paid for, so any value is
   * accepted.
   */
  readonly usage?: JsonValue;
  /** Dollars for its calls; `null` if the price of one is unknown. */
  readonly cost?: number | null;
  /**
   * True for the last possible turn, because the API would block the next one too.
   * @default false
   */
  readonly endsChat?: true;
  /** Further keys for the output line, such as `safety_attributes` or `tool_calls`. */
  readonly extra?: JsonObject;
}

interface Facts {
  /** Time of the (last) send, in ms since the epoch; 0 if nothing was sent. */
  readonly sentAt: number;
  readonly finishedAt: number;
  /** Calls for the record, retries included; for a chat, of all turns. */
  readonly attempts: number;
  /** Dollars for its answered calls; `null` if the price of one is unknown. */
  readonly cost?: number | null;
  /** The result of the walk, for a row of a pipeline. */
  readonly walk?: WalkResult;
  /** The end of a flow's line, for a line of a batch run. */
  readonly line?: LineEnd;
}

/** The end of a record. */
export type Outcome = CompletedOutcome | FailedOutcome;

export interface CompletedOutcome extends Facts, Omit<Answer, "endsChat"> {
  readonly status: "completed";
  /** Set for an answer of an earlier run. Then `cost` is absent. */
  readonly reused?: ReusedAnswer;
}

/** The run that asked for a reused answer. */
export interface ReusedAnswer {
  /** Its stamp, `DD-MM-YYYY-HH-MM-SS`. */
  readonly run: string;
  /** Dollars that it paid, if they are known. */
  readonly cost?: number;
}

export interface FailedOutcome extends Facts {
  readonly status: "failed";
  readonly error: Failure;
}
