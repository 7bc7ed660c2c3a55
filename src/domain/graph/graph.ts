/** A graph of steps over rows. Definitions in code, YAML and JSON are converted to it. */
import type { JsonObject } from "../json/json.js";

/** A row: values by column. */
export type Row = JsonObject;

export interface Graph {
  /** Name of the graph: letters, digits, `_` and `-`. */
  readonly name: string;
  readonly description?: string;
  /** Steps in the order of their declaration. */
  readonly steps: readonly Step[];
  /** Edges in the order of their declaration, which is also the order of a group's branches. */
  readonly edges: readonly Edge[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Column names of a step, each with the corresponding name in the row. */
export type Mapping = Readonly<Record<string, string>>;

interface StepBase {
  /** Name of the step: letters, digits, `_` and `-`. Unique in its graph. */
  readonly name: string;
  /** Names of the columns that the step reads. @default the same names as in the row */
  readonly inputs?: Mapping;
  /** Names of the columns that the step writes. @default the same names as in the step */
  readonly outputs?: Mapping;
  /**
   * `"errors"` also runs the step for rows that failed earlier, with `null` in the missing columns.
   */
  readonly accepts?: "errors";
  /** Chooses the successors that get a row. @default every successor gets every row */
  readonly router?: Router;
}

/** Starts rows. It has no predecessor. */
export interface SourceStep extends StepBase {
  readonly kind: "source";
  /** Columns of its data. */
  readonly columns: readonly string[];
}

/** Adds columns to a row, by a call to a model or by a function. */
export interface AddStep extends StepBase {
  readonly kind: "add";
  /** A built-in step (`text-generation`) or a user's function (`./steps.ts#words`). */
  readonly use: string;
  readonly reads: readonly string[];
  /** Columns that the step reads if they exist. They are never reported as missing. */
  readonly mayRead?: readonly string[];
  readonly writes: readonly string[];
  /** Each row gets several children, as with ungrouped generations. @default false */
  readonly many?: boolean;
}

/** Changes a row's columns without a call. */
export type ReshapeStep = StepBase &
  (
    | { readonly kind: "keep"; readonly columns: readonly string[] }
    | { readonly kind: "rename"; readonly columns: Mapping }
    | { readonly kind: "merge"; readonly columns: readonly string[]; readonly output: string }
  );

/** Joins the branches of a row and makes a list of each of their columns. */
export interface GroupStep extends StepBase {
  readonly kind: "group";
  /** Columns of the branches, each with the name of its list. */
  readonly columns: Mapping;
}

/** Joins the branches of a row and keeps all their columns side by side. */
export interface CombineStep extends StepBase {
  readonly kind: "combine";
}

/** Makes a child of a row for each item of a list. */
export interface ExpandStep extends StepBase {
  readonly kind: "expand";
  /**
   * Columns with lists, each with the name of its items. Several lists are expanded in parallel.
   */
  readonly columns: Mapping;
  /** Some columns contain their list as JSON text. @default false */
  readonly encoded?: boolean;
}

/** Joins the children of the latest expand into one row, with a list for each of its columns. */
export interface CollectStep extends StepBase {
  readonly kind: "collect";
  readonly columns: Mapping;
}

/** Drops a row, in this branch only, if its condition does not hold. */
export interface FilterStep extends StepBase {
  readonly kind: "filter";
  /** A Jinja expression, or a function of the user. */
  readonly where: string;
  readonly reads: readonly string[];
}

/** Receives all rows at once and returns rows. It cuts a pipeline into segments. */
export interface GlobalStep extends StepBase {
  readonly kind: "global";
  readonly use: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

export type Step =
  | SourceStep
  | AddStep
  | ReshapeStep
  | GroupStep
  | CombineStep
  | ExpandStep
  | CollectStep
  | FilterStep
  | GlobalStep;

export type Router =
  | {
      readonly kind: "sample";
      /** Number of successors, drawn for each row. */
      readonly n: number;
      readonly seed: number;
      /** Number of consecutive rows that go the same way. @default 1 */
      readonly per?: number;
    }
  | { readonly kind: "own"; readonly use: string; readonly per?: number };

/** Returns the predecessors of a step, in the order of their edges' declaration. */
export function predecessorsOf(graph: Graph, step: string): readonly string[] {
  return graph.edges.filter(({ to }) => to === step).map(({ from }) => from);
}

/** Returns the successors of a step, in the order of their edges' declaration. */
export function successorsOf(graph: Graph, step: string): readonly string[] {
  return graph.edges.filter(({ from }) => from === step).map(({ to }) => to);
}

/** Returns the steps without successors. Each has its own subset of the result. */
export function leavesOf(graph: Graph): readonly Step[] {
  return graph.steps.filter(({ name }) => successorsOf(graph, name).length === 0);
}

/** True for a step that gives rows children. */
export function opensLevel(step: Step): boolean {
  return step.kind === "expand" || (step.kind === "add" && step.many === true);
}
