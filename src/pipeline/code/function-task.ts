import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { Row } from "../../domain/graph/graph.js";

/** The modules of a thread. */
export interface ThreadModules {
  readonly modules: readonly ThreadModule[];
}

export interface ThreadModule {
  /** The part of a `use` before `#`, such as `./steps.ts`. */
  readonly file: string;
  /** Absolute path of the user's file. */
  readonly module: string;
  /** Absolute path of its bundle. */
  readonly bundle: string;
}

/** One call of a user's function. */
export interface FunctionTask {
  readonly file: string;
  readonly name: string;
  readonly parameters: JsonObject;
  /** One row, or the rows of a batch. */
  readonly given: { readonly row: Row } | { readonly rows: readonly Row[] };
}

/** A call of a function over all rows. */
export interface GlobalTask {
  readonly module: ThreadModule;
  readonly name: string;
  readonly parameters: JsonObject;
}

/** The end of one row of a call. */
export type RowEnd =
  | { readonly value: JsonValue }
  | { readonly error: { readonly name: string; readonly message: string } };

/** One result per row, or the wrong number of results that a batch function returned. */
export type TaskValue = readonly RowEnd[] | { readonly wrongCount: number };
