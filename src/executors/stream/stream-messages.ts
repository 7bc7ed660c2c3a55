import type { CallError } from "../calls/call-messages.js";

/** The data with which a thread of a stream starts. */
export interface StreamThreadData<Settings> {
  readonly settings: Settings;
  /** Number of inputs. */
  readonly inputs: number;
  /** Buffer of `CallState`. */
  readonly buffer: SharedArrayBuffer;
}

export type ToStream<Input> =
  /** Answer to `want` for the same input. */
  | {
      readonly kind: "items";
      readonly input: number;
      readonly items: readonly Input[];
      readonly isLast: boolean;
    }
  /** Answer to `items`. The items were taken. */
  | { readonly kind: "taken" };

export type FromStream<Output> =
  /** Question for items of an input, by its number. */
  | { readonly kind: "want"; readonly input: number }
  | { readonly kind: "items"; readonly items: readonly Output[] }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly error: CallError };

/** Maximum number of items in a message, because one message per item costs too much. */
export const itemsPerMessage = 200;
