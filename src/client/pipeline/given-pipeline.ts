import type { JsonObject } from "../../domain/json/json.js";
import type { ExperimentPlan } from "../../domain/plan/plan.js";
import type { PipelineDefinition } from "../../pipeline/definition/definition.js";
import type { RunSettings } from "../../settings/settings.js";

/** A pipeline with the folder for its files. */
export interface GivenPipeline {
  readonly definition: PipelineDefinition;
  /** Absolute path. Paths in the definition are relative to it. */
  readonly folder: string;
  /** JSON Schema for the rows of each source, in addition to the schema in its definition. */
  readonly schemas?: Readonly<Record<string, JsonObject>>;
}

/** Settings of a pipeline's run. Missing ones have their defaults. */
export interface PipelineSettings extends Partial<Omit<RunSettings, "file">> {
  /** Rows for a pipeline without a source: a file, or rows from code. */
  readonly dataset?: string | AsyncIterable<JsonObject> | Iterable<JsonObject>;
  /** Number of rows to run, from the first. @default all */
  readonly first?: number;
  /** Run a random sample of the rows. The same seed draws the same places. @default all rows */
  readonly sample?: { readonly size: number; readonly seed: number };
  /** Reuse the answers of earlier runs of the same name. @default true */
  readonly reuse?: boolean;
  /**
   * Maximum number of rows in progress.
   * @default twice the rows that keep the fastest limit busy, from 20 to 1,000. A call is assumed
   *   to take 30 s, or longer if earlier runs of the name measured more.
   */
  readonly window?: number;
  /**
   * Called with an estimate of the run before anything is sent. Not called if the same run has
   * finished or the pipeline asks no model. The estimate runs none of the pipeline's functions. Use
   * `planPipeline` for an estimate that runs them.
   */
  readonly onPlan?: (plan: ExperimentPlan) => void | Promise<void>;
}
