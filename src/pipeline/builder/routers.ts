import { defined } from "../../domain/defined.js";
import type { UserFunction } from "../code/user-function.js";

/** Chooses the steps that get a row. */
export type PipelineRouter<Columns> =
  | { readonly kind: "sample"; readonly n: number; readonly seed: number; readonly per?: number }
  | OwnRouter<Columns>;

/** Returns the name of a step after the router, or several names. */
export type RouteFunction<Columns> = (row: Columns) => string | readonly string[];

/** A block of consecutive rows that go the same way. */
export interface RowBlock {
  /** Index of the block, starting at 0. */
  readonly block: number;
  /** Number of rows in a block. The last block may have fewer. */
  readonly rows: number;
  /** Names of the steps after the router. */
  readonly steps: readonly string[];
}

interface OwnRouter<Columns> {
  readonly kind: "own";
  readonly name: string;
  readonly call: RouteFunction<Columns> | RouteFunction<RowBlock>;
  readonly per?: number;
}

export interface SampleRouterOptions {
  /** Seed of the draws. @default 0 */
  readonly seed?: number;
  /** Number of consecutive rows that go the same way. @default 1 */
  readonly per?: number;
}

/** Sends each row to `n` randomly drawn steps. The draws are the same after a restart. */
export function sampleNSteps(
  n: number,
  { seed = 0, per }: SampleRouterOptions = {},
): PipelineRouter<unknown> {
  return { kind: "sample", n, seed, ...defined({ per }) };
}

/** Sends each row to the steps that your function names. */
export function ownRouter<Columns>(
  name: string,
  call: RouteFunction<Columns>,
): PipelineRouter<Columns> {
  return { kind: "own", name, call };
}

/**
 * Sends blocks of consecutive rows to the steps that your function names. The function is called
 * once per block.
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
