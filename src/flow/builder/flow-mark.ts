/**
 * The mark that identifies a flow in a loaded module. It is a global symbol, because a user's
 * bundle has its own copy of the builder.
 */
import type { FlowInput } from "../../domain/flow/flow.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { Line } from "./line.js";

export const flowMark: unique symbol = Symbol.for("ostinato.flow");

/** A flow as its module exports it. */
export interface ModuleFlow {
  /** Inputs in the order of their declaration. */
  readonly inputs: Readonly<Record<string, FlowInput>>;
  /** Runs the flow. Throws an `InputError` if an input does not fit its schema. */
  readonly run: (inputs: JsonObject, line: Line) => unknown;
}
