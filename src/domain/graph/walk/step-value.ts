import type { Row } from "../graph.js";

/** A failure of a step for one row. */
export interface StepFailure {
  readonly step: string;
  /** Type as in the outcome log, or the name of an error that the user's code threw. */
  readonly type: string;
  readonly message: string;
}

/** A row that failed. It has `null` in the columns that it could not get. */
export interface FailedValue {
  readonly kind: "failed";
  readonly row: Row;
  readonly failure: StepFailure;
}

/** The value of a row after a step. */
export type StepValue =
  | { readonly kind: "row"; readonly row: Row }
  | FailedValue
  | { readonly kind: "dropped"; readonly step: string }
  /** A router sent the row elsewhere. */
  | { readonly kind: "elsewhere" };

/** A failure of a row, thrown by the code of a step. */
export class RowError extends Error {
  override readonly name = "RowError";
  readonly type: string;

  constructor(type: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
  }
}

export function failureOf(step: string, error: unknown): StepFailure {
  if (error instanceof RowError) return { step, type: error.type, message: error.message };
  if (error instanceof Error) return { step, type: error.name, message: error.message };
  return { step, type: "Error", message: String(error) };
}
