import type { JsonValue } from "../json/json.js";
import type { Spend } from "../money/spending.js";
import type { Answer, Failure, Outcome } from "./outcome.js";

/**
 * A line of the outcome log. `position` is the record's position in its group's index.
 *
 * - `refused`: a call met a blocked `<api>/<model>`. It is neither an attempt nor an outcome, and
 *   lets `status` show the reason without a running worker.
 * - `started`: written before a call that was sent earlier and never ended. If the answer crashes
 *   the process, it is the last line about the call.
 * - `call` and `step`: a row's journal, with the work that its walk does not repeat after a crash.
 *   Their keys, and the keys of other lines about such a call, come from `JournalKeys`.
 */
export type LogLine =
  | {
      readonly kind: "failed-attempt";
      readonly position: number;
      readonly sentAt: number;
      readonly finishedAt: number;
      /** Number of the call of the record (of the turn, for a chat), starting at 1. */
      readonly attempt: number;
      readonly turn?: number;
      readonly key?: string;
      readonly error: Failure;
    }
  | {
      /** A call that does not count as an attempt: the API answered 429 or was down. */
      readonly kind: "held";
      readonly position: number;
      readonly sentAt: number;
      readonly finishedAt: number;
      readonly turn?: number;
      readonly key?: string;
      readonly error: Failure;
    }
  | {
      readonly kind: "refused";
      readonly position: number;
      readonly finishedAt: number;
      /** `<api>/<model>` */
      readonly target: string;
      readonly error: Failure;
    }
  | {
      readonly kind: "started";
      readonly position: number;
      /** Time just before the send, in ms since the epoch. */
      readonly finishedAt: number;
      readonly turn?: number;
      readonly key?: string;
    }
  | {
      readonly kind: "turn";
      readonly position: number;
      readonly sentAt: number;
      readonly finishedAt: number;
      /** Index of the turn, starting at 0. */
      readonly turn: number;
      readonly answer: Answer;
      readonly spend?: Spend;
    }
  | CallLine
  | StepLine
  | {
      readonly kind: "outcome";
      readonly position: number;
      readonly finishedAt: number;
      readonly outcome: Outcome;
      /** Spending on the last call, which ended with this line. */
      readonly spend?: Spend;
    };

/** The end of a row's call: an answer, or its last failure. */
export interface CallLine {
  readonly kind: "call";
  readonly position: number;
  readonly key: string;
  /** Time of the send in ms since the epoch; 0 if nothing was sent. */
  readonly sentAt: number;
  readonly finishedAt: number;
  readonly answer?: Answer;
  readonly error?: Failure;
  /** True if the answer comes from an earlier run. */
  readonly reused?: true;
  readonly spend?: Spend;
}

/**
 * A value that a step computed for a row: a router's choice, or the result of a recorded function.
 */
export interface StepLine {
  readonly kind: "step";
  readonly position: number;
  readonly key: string;
  readonly finishedAt: number;
  readonly value: JsonValue;
}
