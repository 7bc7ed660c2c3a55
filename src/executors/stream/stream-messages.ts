import type { CallError } from "../calls/call-messages.js";

/** The data with which a thread of a stream starts. */
export interface StreamThreadData<Settings> {
  readonly settings: Settings;
  /** The number of its inputs. */
  readonly inputs: number;
  /** Buffer of `CallState`. */
  readonly buffer: SharedArrayBuffer;
}

export type ToStream<Input> =
  /** The answer to `want` for the same input. */
  | {
      readonly kind: "items";
      readonly input: number;
      readonly items: readonly Input[];
      readonly isLast: boolean;
    }
  /** The answer to `items`: they have been taken. */
  | { readonly kind: "taken" };

export type FromStream<Output> =
  /** The thread wants items of an input, by its number. */
  | { readonly kind: "want"; readonly input: number }
  | { readonly kind: "items"; readonly items: readonly Output[] }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly error: CallError };

/** Items of a message: one for each costs too much. */
export const itemsPerMessage = 200;
