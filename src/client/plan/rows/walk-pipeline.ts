/** Walks rows through a pipeline with placeholders for the answers. */
import { computed } from "../../../domain/computed.js";
import type { JsonObject } from "../../../domain/json/json.js";
import type { PipelineDefinition } from "../../../pipeline/definition/definition.js";
import { isModelStep } from "../../../pipeline/steps/models.js";
import type { Ask, DryRow, DryWalks } from "../../pipeline/dry-walks.js";
import type { PromptRecord } from "../../../domain/record/prompt-record.js";
import type { OpenedProviders } from "../../../providers/registry/open-providers.js";
import { longText, placeholderFor } from "../placeholder.js";
import type { WalkedCall, WalkedRows } from "./plan-steps.js";

/** A checked pipeline whose rows can walk without a call. */
export interface PlannedWalks {
  /** Warnings of the check and of the walks. */
  readonly warnings: readonly string[];
  /** Names of global steps, which get only the walked rows. */
  readonly globals: readonly string[];
  readonly walks: (ask: Ask, answers: "short" | "long") => DryWalks;
}

export interface Walking extends Pick<PlannedWalks, "walks"> {
  readonly definition: PipelineDefinition;
  readonly rows: readonly JsonObject[];
  readonly longestAnswerOf: OpenedProviders["longestAnswerOf"];
}

export interface WalkedPipeline extends Pick<WalkedRows, "short" | "long"> {
  /** Reason why a placeholder failed, by step. */
  readonly failed: ReadonlyMap<string, string>;
}

/**
 * Walks the rows once with short answers and once with the longest answers that their steps allow,
 * because prompts of later steps may contain answers.
 */
export async function walkPipeline(walking: Walking): Promise<WalkedPipeline> {
  const { longestAnswerOf } = walking;
  const short = await walk(walking, "short", () => "ok");
  const long = await walk(walking, "long", (record) => longText(longestAnswerOf(record)));
  const failed = new Map<string, string>();
  for (const { step, message } of [...short, ...long].flatMap(({ result }) => result.failures)) {
    computed(failed, step, () => message);
  }
  const callsOf = (rows: readonly DryRow[]): readonly WalkedCall[] =>
    rows.flatMap((row) => withoutRepeats(row, walking.definition));
  return { short: callsOf(short), long: callsOf(long), failed };
}

async function walk(
  { walks, definition, rows }: Walking,
  answers: "short" | "long",
  answerTo: (record: PromptRecord) => string,
): Promise<readonly DryRow[]> {
  const ask: Ask = async (record, step) => ({
    response: placeholderFor(definition.steps[step], answerTo(record)),
  });
  const walked: DryRow[] = [];
  for await (const row of walks(ask, answers).rows(rows)) walked.push(row);
  return walked;
}

/**
 * Disables repeated questions. A placeholder fails a step's check more often than an answer does.
 */
function withoutRepeats(
  { calls, result }: DryRow,
  { steps }: PipelineDefinition,
): readonly WalkedCall[] {
  const invalid = new Set(
    result.failures.filter(({ type }) => type === "InvalidAnswer").map(({ step }) => step),
  );
  const seen = new Map<string, number>();
  return calls.filter(({ step }) => {
    const definition = steps[step];
    if (!invalid.has(step) || !definition || !isModelStep(definition)) return true;
    const before = seen.get(step) ?? 0;
    seen.set(step, before + 1);
    return before % ((definition.retries ?? 2) + 1) === 0;
  });
}

export interface WalkFacts {
  readonly walked: WalkedRows;
  readonly failed: WalkedPipeline["failed"];
  readonly definition: PipelineDefinition;
  readonly globals: readonly string[];
}

/** Returns sentences about the gaps of a plan that is made with placeholders. */
export function walkWarnings(facts: WalkFacts): readonly string[] {
  const { walked, failed, definition, globals } = facts;
  const asked = new Set([...walked.short, ...walked.long].map(({ step }) => step));
  const unreached = Object.entries(definition.steps).flatMap(([step, each]) =>
    isModelStep(each) && !asked.has(step) && !walked.evidence.has(step) ? [step] : [],
  );
  const guessed = [...failed].filter(([step]) => !walked.evidence.has(step));
  return [
    ...guessed.map(
      ([step, message]) =>
        `${step} failed on a placeholder, so steps behind it may be missing: ${message}`,
    ),
    ...(unreached.length === 0
      ? []
      : [`No row came to ${unreached.join(", ")}, because that depends on the answers.`]),
    ...globals.map(
      (step) =>
        `${step} gets all rows at once. The plan gives it ${walked.walked} of them, and multiplies what comes of these.`,
    ),
  ];
}
