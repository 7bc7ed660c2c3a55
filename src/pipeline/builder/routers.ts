import { defined } from "../../domain/defined.js";
import type { UserFunction } from "../code/user-function.js";

/** Chooses the steps that a row goes to. */
export type PipelineRouter<Columns> =
  | { readonly kind: "sample"; readonly n: number; readonly seed: number; readonly per?: number }
  | OwnRouter<Columns>;

/** Returns the name of a step behind the router, or several names. */
export type RouteFunction<Columns> = (row: Columns) => string | readonly string[];

/** A block of consecutive rows, which go the same way. */
export interface RowBlock {
  /** From 0. */
  readonly block: number;
  /** The number of rows in a block; the last one may have fewer. */
  readonly rows: number;
  /** The names of the steps behind the router. */
  readonly steps: readonly string[];
}

interface OwnRouter<Columns> {
  readonly kind: "own";
  readonly name: string;
  readonly call: RouteFunction<Columns> | RouteFunction<RowBlock>;
  readonly per?: number;
}

export interface SampleRouterOptions {
  /** @default 0 */
  readonly seed?: number;
  /** The number of consecutive rows that go the same way. @default 1 */
  readonly per?: number;
}

/** Sends each row to `n` of the steps, drawn at random, the same after a restart. */
export function sampleNSteps(
  n: number,
  { seed = 0, per }: SampleRouterOptions = {},
): PipelineRouter<unknown> {
  return { kind: "sample", n, seed, ...defined({ per }) };
}

/** Sends each row to the steps that a function of yours names. */
export function ownRouter<Columns>(
  name: string,
  call: RouteFunction<Columns>,
): PipelineRouter<Columns> {
  return { kind: "own", name, call };
}

/**
 * Sends so many consecutive rows to the steps that a function of yours names. It is asked once for
 * them.
 */
export function blockRouter(
  name: string,
  per: number,
  call: RouteFunction<RowBlock>,
): PipelineRouter<unknown> {
  return { kind: "own", name, call, per };
}

export function routeFunction<Columns>({ call }: OwnRouter<Columns>): UserFunction {
  return { facts: {}, call };
}
