import type { JsonObject } from "../../domain/json/json.js";
import type { ExperimentPlan } from "../../domain/plan/plan.js";
import type { PipelineDefinition } from "../../pipeline/definition/definition.js";
import type { RunSettings } from "../../settings/settings.js";

/** A pipeline with the place where its files are looked up. */
export interface GivenPipeline {
  readonly definition: PipelineDefinition;
  /** Absolute. Paths in the definition are relative to it. */
  readonly folder: string;
  /** By source: the JSON Schema that its rows must fit, besides that of its definition. */
  readonly schemas?: Readonly<Record<string, JsonObject>>;
}

/** Settings of a pipeline's run. Missing ones have their defaults. */
export interface PipelineSettings extends Partial<Omit<RunSettings, "file">> {
  /** Rows for a pipeline without a source: a file, or rows from code. */
  readonly dataset?: string | AsyncIterable<JsonObject> | Iterable<JsonObject>;
  /** Run so many rows, from the first. @default all */
  readonly first?: number;
  /**
   * Run so many rows that are drawn at random; the same seed draws the same places. @default all
   */
  readonly sample?: { readonly size: number; readonly seed: number };
  /** Reuse the answers of earlier runs of the same name. @default true */
  readonly reuse?: boolean;
  /**
   * Maximum number of rows under way.
   * @default twice the rows that keep the fastest limit busy, from 20 to 1,000, if each call of a
   * row takes 30 s, or longer where earlier runs of the name measured more
   */
  readonly window?: number;
  /**
   * Gets an estimate of the run before anything is sent, unless the same run has finished or the
   * pipeline asks no model. It calls none of the pipeline's functions; `planPipeline` does.
   */
  readonly onPlan?: (plan: ExperimentPlan) => void | Promise<void>;
}
