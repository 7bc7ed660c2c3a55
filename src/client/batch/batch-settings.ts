import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { ExperimentPlan } from "../../domain/plan/plan.js";
import type { GivenSource } from "./line-sources.js";
import type { LineStorage } from "./earlier/line-storage.js";
import type { RunSettings } from "../../settings/settings.js";

/** Settings of a batch run. Missing ones have their defaults. */
export interface BatchSettings extends Partial<Omit<RunSettings, "file">> {
  /**
   * The rows by their name in the mapping; `data` is the usual one. A name of a run gives its
   * inputs and outputs.
   */
  readonly inputs: Readonly<Record<string, GivenSource>>;
  /**
   * By input of the flow: `${data.question}`, `${run.outputs.answer}`, or a literal. @default the
   * column of `data` with the input's name
   */
  readonly mapping?: Readonly<Record<string, JsonValue>>;
  /** Only so many lines, from the first. @default all */
  readonly maxLines?: number;
  /**
   * Maximum number of lines under way. @default enough to keep the limits busy; never more than
   * there are lines
   */
  readonly workers?: number;
  /** Time for a line; waiting for slots does not count. @default 600_000 */
  readonly lineTimeoutMs?: number;
  /** Time for all lines and the aggregation. @default no limit */
  readonly batchTimeoutMs?: number;
  /**
   * Each connection of the flow with the API that it stands for, e.g. `{ my_azure: "azure-openai"
   * }`.
   */
  readonly connections?: Readonly<Record<string, string>>;
  /** Arguments of a flow that is a class. */
  readonly init?: JsonObject;
  /** The variant of a node: `node.variant`. @default each node's default one */
  readonly variant?: string;
  /**
   * Changes of the flow's file for this run, by path: `{ "answer.inputs.temperature": 0 }`.
   * @default none
   */
  readonly overrides?: Readonly<Record<string, JsonValue>>;
  /**
   * Only so many lines that are drawn at random; the same seed draws the same places. @default all
   */
  readonly sample?: { readonly size: number; readonly seed: number };
  /** Environment for the flow's code, over that of the flow's own file. */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * A language, a command, the URL of a service, or `module:PATH`. @default the executor of the
   * code's language
   */
  readonly executor?: string;
  /** A run, by name or by its folder, or a storage, whose completed lines are taken over. */
  readonly resumeFrom?: string | LineStorage;
  /** Reuse the answers of earlier runs of the same name. @default true */
  readonly reuse?: boolean;
  /**
   * Gets an estimate of the run before anything is sent. It calls none of the flow's code: a flow
   * with code is estimated from an earlier run of the name, or not at all. Neither is a resumed
   * run. `planBatch` runs the code.
   */
  readonly onPlan?: (plan: ExperimentPlan) => void | Promise<void>;
}

export interface StartingPlace {
  /** Relative paths of the flow and its inputs are resolved here. @default the current folder */
  readonly workingDir?: string | undefined;
}

/** @default of `lineTimeoutMs` */
export const defaultLineTimeoutMs = 600_000;
