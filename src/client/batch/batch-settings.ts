import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { ExperimentPlan } from "../../domain/plan/plan.js";
import type { GivenSource } from "./line-sources.js";
import type { LineStorage } from "./earlier/line-storage.js";
import type { RunSettings } from "../../settings/settings.js";

/** Settings of a batch run. Missing ones have their defaults. */
export interface BatchSettings extends Partial<Omit<RunSettings, "file">> {
  /**
   * Sources of rows by their name in the mapping, usually `data`. The name of an earlier run stands
   * for its inputs and outputs.
   */
  readonly inputs: Readonly<Record<string, GivenSource>>;
  /**
   * Origin of each input of the flow: `${data.question}`, `${run.outputs.answer}`, or a literal.
   * @default the column of `data` with the input's name
   */
  readonly mapping?: Readonly<Record<string, JsonValue>>;
  /** Maximum number of lines, from the first. @default all */
  readonly maxLines?: number;
  /**
   * Maximum number of lines in progress. @default enough to keep the limits busy, at most the
   * number of lines
   */
  readonly workers?: number;
  /** Timeout of a line, in ms. Waiting for slots does not count. @default 600_000 */
  readonly lineTimeoutMs?: number;
  /** Timeout of all lines and the aggregation, in ms. @default no limit */
  readonly batchTimeoutMs?: number;
  /** API for each connection of the flow, e.g. `{ my_azure: "azure-openai" }`. */
  readonly connections?: Readonly<Record<string, string>>;
  /** Constructor arguments of a flow that is a class. */
  readonly init?: JsonObject;
  /** Variant of one node, as `node.variant`. @default the default variant of each node */
  readonly variant?: string;
  /**
   * Changes of the flow's file for this run, by path: `{ "answer.inputs.temperature": 0 }`.
   * @default none
   */
  readonly overrides?: Readonly<Record<string, JsonValue>>;
  /** Run a random sample of the lines. The same seed draws the same places. @default all lines */
  readonly sample?: { readonly size: number; readonly seed: number };
  /** Environment variables of the flow's code. They override the variables in the flow's file. */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * Executor of the code: a language, a command, the URL of a service, or `module:PATH`. @default
   * the executor of the code's language
   */
  readonly executor?: string;
  /** Earlier run, by name or folder, or a storage. Its completed lines are reused. */
  readonly resumeFrom?: string | LineStorage;
  /** Reuse the answers of earlier runs of the same name. @default true */
  readonly reuse?: boolean;
  /**
   * Called with an estimate of the run before anything is sent. The estimate never runs the flow's
   * code: for a flow with code it uses an earlier run of the same name. Without an earlier run, and
   * for a resumed run, it is not called. Use `planBatch` for an estimate that runs the code.
   */
  readonly onPlan?: (plan: ExperimentPlan) => void | Promise<void>;
}

export interface StartingPlace {
  /** Folder for relative paths of the flow and its inputs. @default the current folder */
  readonly workingDir?: string | undefined;
}

/** Default of `lineTimeoutMs`, in ms. */
export const defaultLineTimeoutMs = 600_000;
