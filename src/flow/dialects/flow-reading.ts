/** The result of reading a flow, in any notation. */
import type { RoleFlow } from "../../domain/flow/flow.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

export interface ReadProblem {
  /** Path of the file relative to the flow's folder. */
  readonly file: string;
  /** Line number, starting at 1. Absent for a problem of the whole file. */
  readonly line?: number;
  /** Column, starting at 1. */
  readonly column?: number;
  /** Absent for a problem of the whole flow. */
  readonly node?: string;
  /** One or two sentences with the place, the problem and the remedy. */
  readonly message: string;
}

/** A file or folder outside the flow's folder, and its place in a copy of the folder. */
export interface Include {
  /** Absolute path. */
  readonly from: string;
  /** Path relative to the flow's folder. */
  readonly to: string;
}

export interface FlowReading {
  /** Absent if there are problems. */
  readonly flow?: RoleFlow;
  readonly problems: readonly ReadProblem[];
  /** Warnings for the user. They do not prevent a run. */
  readonly warnings: readonly ReadProblem[];
  /** Absolute path of the folder. Files of the flow are relative to it. */
  readonly folder: string;
  /** File that was read, relative to the folder. */
  readonly file: string;
  /** Entries of `additional_includes`, which must be added to a copy of the folder. */
  readonly includes: readonly Include[];
  /** API for each connection that the flow names. */
  readonly connections: Readonly<Record<string, string>>;
  /** Environment variables for the flow's code. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Values by their path in a flow's file. A path starts with the name of a node, or with a key of
 * the file.
 */
export type Overrides = Readonly<Record<string, JsonValue>>;

export interface ReadFlowOptions {
  /** Names of the available APIs. */
  readonly apis: readonly string[];
  /** API for each connection. @default {} */
  readonly connections?: Readonly<Record<string, string>>;
  /** Variant of one node, as `node.variant`. @default the default variant of each node */
  readonly variant?: string;
  /** Changes to the file for this run. @default none */
  readonly overrides?: Overrides;
  /** Constructor arguments of a flex flow that is a class. @default {} */
  readonly init?: JsonObject;
  /** Languages with an executor, for code nodes. @default python and typescript */
  readonly languages?: readonly string[];
  /** Variables for `${env:NAME}`. @default {} */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export const defaultLanguages: readonly string[] = ["python", "typescript"];

/** Formats a problem as one line: `flow.dag.yaml:12:5: …`. */
export function problemText({ file, line, column, message }: ReadProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${place}: ${message}`;
}
