/** The result of reading a flow, whatever its notation. */
import type { RoleFlow } from "../../domain/flow/flow.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";

export interface ReadProblem {
  /** The file, relative to the flow's folder. */
  readonly file: string;
  /** From 1. Absent for a problem of the whole file. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** Absent for a problem of the whole flow. */
  readonly node?: string;
  /** One or two sentences: where, what is wrong, what to do. */
  readonly message: string;
}

/** A file or a folder that stands elsewhere, and its place in the flow's folder. */
export interface Include {
  /** Absolute. */
  readonly from: string;
  /** Relative to the flow's folder. */
  readonly to: string;
}

export interface FlowReading {
  /** Absent if there are problems. */
  readonly flow?: RoleFlow;
  readonly problems: readonly ReadProblem[];
  /** Facts that a user may want to know, none of which stops a run. */
  readonly warnings: readonly ReadProblem[];
  /** Absolute path. Files of the flow are relative to it. */
  readonly folder: string;
  /** The file that was read, relative to the folder. */
  readonly file: string;
  /** `additional_includes`: they belong into a copy of the folder. */
  readonly includes: readonly Include[];
  /** By connection that the flow names: the API that it stands for. */
  readonly connections: Readonly<Record<string, string>>;
  /** Environment variables for the flow's code. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Values by their path in a flow's file. A path begins with the name of a node, or with a key of
 * the file.
 */
export type Overrides = Readonly<Record<string, JsonValue>>;

export interface ReadFlowOptions {
  /** The names of the APIs that can be asked. */
  readonly apis: readonly string[];
  /** By connection: the API that it stands for. @default {} */
  readonly connections?: Readonly<Record<string, string>>;
  /** A variant in place of a node's default one: `node.variant`. */
  readonly variant?: string;
  /** Changes of the file for this run. @default none */
  readonly overrides?: Overrides;
  /** Arguments of the class of a flex flow. @default {} */
  readonly init?: JsonObject;
  /** The languages of code nodes that have an executor. @default python and typescript */
  readonly languages?: readonly string[];
  /** The values of `${env:NAME}`. @default {} */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export const defaultLanguages: readonly string[] = ["python", "typescript"];

/** A problem as one line: `flow.dag.yaml:12:5: …`. */
export function problemText({ file, line, column, message }: ReadProblem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${place}: ${message}`;
}
