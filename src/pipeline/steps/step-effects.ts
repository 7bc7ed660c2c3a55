import type { Row } from "../../domain/graph/graph.js";
import type { StepPlace } from "../../domain/graph/walk/walk.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";

export interface ModelCall {
  readonly record: PromptRecord;
  /** Absolute. Media paths in the prompt are relative to it. @default that of the run */
  readonly mediaFolder?: string;
}

export interface CallAnswer extends Answer {
  /** True if an earlier run made the call. */
  readonly isEarlier?: true;
}

export interface StepAt extends StepPlace {
  readonly step: string;
}

/** The impure work of steps. */
export interface StepEffects {
  /**
   * Makes one call. Rejects with a `RowError` if the call failed permanently. Another request with
   * the same content is a further, independent call.
   */
  readonly call: (call: ModelCall, at: StepAt) => Promise<CallAnswer>;
  /** Runs a user's function (`./steps.ts#words`) for a row. */
  readonly run: (use: string, row: Row, at: StepAt) => Promise<JsonValue>;
}

/** Type of the failure of a call whose model waits for a person. */
export const blockedType = "Blocked";
