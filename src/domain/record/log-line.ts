import type { Answer, Failure, Outcome } from "./outcome.js";

/**
 * A line of the outcome log. `position` is that of the record in its group's index.
 *
 * `refused` tells that a call met a blocked `<api>/<model>`: it is no attempt and no outcome, and lets `status` say
 * why with no worker running. `started` is written before a call that was sent before and never ended: a process that
 * dies of the answer leaves it as the last line about the call in its file.
 */
export type LogLine =
  | {
      readonly kind: "failed-attempt";
      readonly position: number;
      readonly sentAt: number;
      readonly finishedAt: number;
      /** 1 for the first call of the record (of the turn, for a chat). */
      readonly attempt: number;
      readonly turn?: number;
      readonly error: Failure;
    }
  | {
      /** A call that counts as no attempt of the record's: the API said 429, or was down. */
      readonly kind: "held";
      readonly position: number;
      readonly sentAt: number;
      readonly finishedAt: number;
      readonly turn?: number;
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
      /** When the call was about to be sent. */
      readonly finishedAt: number;
      readonly turn?: number;
    }
  | {
      readonly kind: "turn";
      readonly position: number;
      readonly sentAt: number;
      readonly finishedAt: number;
      /** From 0. */
      readonly turn: number;
      readonly answer: Answer;
    }
  | {
      readonly kind: "outcome";
      readonly position: number;
      readonly finishedAt: number;
      readonly outcome: Outcome;
    };
