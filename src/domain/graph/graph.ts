/** A graph of steps over rows. Definitions in code, in YAML and in JSON all become one. */
import type { JsonObject } from "../json/json.js";

/** The named columns of a row. */
export type Row = JsonObject;

export interface Graph {
  /** Letters, digits, `_` and `-`. */
  readonly name: string;
  readonly description?: string;
  /** In the order of their declaration. */
  readonly steps: readonly Step[];
  /** In the order of their declaration, which is the order in which a group lists its branches. */
  readonly edges: readonly Edge[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** A step's own names of columns, each with the row's name. */
export type Mapping = Readonly<Record<string, string>>;

interface StepBase {
  /** Unique in its graph: letters, digits, `_` and `-`. */
  readonly name: string;
  /** @default the step reads the row's columns under their own names */
  readonly inputs?: Mapping;
  /** @default the row has the step's columns under their own names */
  readonly outputs?: Mapping;
  /**
   * `"errors"`: the step also runs for rows that failed before it, with `null` in the missing
   * columns.
   */
  readonly accepts?: "errors";
  /** Chooses the successors that get a row. @default every successor gets every row */
  readonly router?: Router;
}

/** Begins rows. It has no predecessor. */
export interface SourceStep extends StepBase {
  readonly kind: "source";
  /** The columns that its data has. */
  readonly columns: readonly string[];
}

/** Adds columns to a row, by a call to a model or by a function. */
export interface AddStep extends StepBase {
  readonly kind: "add";
  /** A built-in step (`text-generation`) or a user's function (`./steps.ts#words`). */
  readonly use: string;
  readonly reads: readonly string[];
  /** Read where they are there; never missing. */
  readonly mayRead?: readonly string[];
  readonly writes: readonly string[];
  /** Several rows come of one, as children of it: ungrouped generations. @default false */
  readonly many?: boolean;
}

/** Changes a row's columns without a call. */
export type ReshapeStep = StepBase &
  (
    | { readonly kind: "keep"; readonly columns: readonly string[] }
    | { readonly kind: "rename"; readonly columns: Mapping }
    | { readonly kind: "merge"; readonly columns: readonly string[]; readonly output: string }
  );

/** Joins the branches of a row: one list for each of its columns. */
export interface GroupStep extends StepBase {
  readonly kind: "group";
  /** Columns of the branches, each with the name of its list. */
  readonly columns: Mapping;
}

/** Joins the branches of a row: all their columns side by side. */
export interface CombineStep extends StepBase {
  readonly kind: "combine";
}

/** Makes a child of a row for each item of a list. */
export interface ExpandStep extends StepBase {
  readonly kind: "expand";
  /** Columns with lists, each with the name of its item; several go in parallel. */
  readonly columns: Mapping;
  /** Some columns hold their list as JSON text. @default false */
  readonly encoded?: boolean;
}

/** Brings the children of the latest expand back into one row: a list for each of its columns. */
export interface CollectStep extends StepBase {
  readonly kind: "collect";
  readonly columns: Mapping;
}

/** Ends the branch of a row for which its condition does not hold. */
export interface FilterStep extends StepBase {
  readonly kind: "filter";
  /** A Jinja expression, or a user's function. */
  readonly where: string;
  readonly reads: readonly string[];
}

/** Gets all rows at once and returns rows. It cuts a pipeline into segments. */
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
      /** So many of the successors, drawn for each row. */
      readonly n: number;
      readonly seed: number;
      /** Consecutive rows that go the same way. @default 1 */
      readonly per?: number;
    }
  | { readonly kind: "own"; readonly use: string; readonly per?: number };

/** In the order in which their edges were declared. */
export function predecessorsOf(graph: Graph, step: string): readonly string[] {
  return graph.edges.filter(({ to }) => to === step).map(({ from }) => from);
}

/** In the order in which their edges were declared. */
export function successorsOf(graph: Graph, step: string): readonly string[] {
  return graph.edges.filter(({ from }) => from === step).map(({ to }) => to);
}

/** The steps without successors. Each is a subset of the result. */
export function leavesOf(graph: Graph): readonly Step[] {
  return graph.steps.filter(({ name }) => successorsOf(graph, name).length === 0);
}

/** True for a step behind which a row has children. */
export function opensLevel(step: Step): boolean {
  return step.kind === "expand" || (step.kind === "add" && step.many === true);
}
