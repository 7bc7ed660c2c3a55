/**
 * The mark by which a flow is found in a loaded module. It is a global symbol, since a user's
 * bundle has a copy of the builder of its own.
 */
import type { FlowInput } from "../../domain/flow/flow.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { Line } from "./line.js";

export const flowMark: unique symbol = Symbol.for("ostinato.flow");

/** A flow as a module has it. */
export interface ModuleFlow {
  /** In the order of their declaration. */
  readonly inputs: Readonly<Record<string, FlowInput>>;
  /** Throws an `InputError` for a value that its schema refuses. */
  readonly run: (inputs: JsonObject, line: Line) => unknown;
}
