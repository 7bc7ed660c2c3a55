import type { LineEnd } from "../flow/line.js";
import type { WalkResult } from "../graph/walk/walk.js";
import type { JsonObject, JsonValue } from "../json/json.js";

/** The failure of an attempt or a record. */
export interface Failure {
  /** Stable word: `RateLimit`, `Timeout`, `Authentication`, `cancelled`, `internal` … */
  readonly type: string;
  /** Complete message of the API. It never contains a key. */
  readonly message: string;
  /** HTTP status, if any. */
  readonly status?: number;
  readonly requestId?: string;
}

/** The result of one call: the answer to a record, or to one turn of a chat. */
export interface Answer {
  /** The response: text, `null` if the API answered without text, or a list if `n` > 1. */
  readonly response: JsonValue;
  /** Model in the API's answer: its name, or any other value from the API. */
  readonly model?: JsonValue;
  readonly finishReason?: JsonValue;
  /**
   * Usage as the API sent it. Known APIs send an object, but the answer is paid for, so any value
   * is accepted.
   */
  readonly usage?: JsonValue;
  /** Cost of the calls in dollars; `null` if the price of any call is unknown. */
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
  /** Number of calls for the record, including retries and all turns of a chat. */
  readonly attempts: number;
  /** Cost of the answered calls in dollars; `null` if the price of any call is unknown. */
  readonly cost?: number | null;
  /** Result of the walk, for a row of a pipeline. */
  readonly walk?: WalkResult;
  /** End of the flow's line, for a line of a batch run. */
  readonly line?: LineEnd;
}

/** The end of a record. */
export type Outcome = CompletedOutcome | FailedOutcome;

export interface CompletedOutcome extends Facts, Omit<Answer, "endsChat"> {
  readonly status: "completed";
  /** Set for an answer from an earlier run. `cost` is then absent. */
  readonly reused?: ReusedAnswer;
}

/** The run that asked for a reused answer. */
export interface ReusedAnswer {
  /** Stamp of the run, `DD-MM-YYYY-HH-MM-SS`. */
  readonly run: string;
  /** Dollars that the run paid; absent if unknown. */
  readonly cost?: number;
}

export interface FailedOutcome extends Facts {
  readonly status: "failed";
  readonly error: Failure;
}
