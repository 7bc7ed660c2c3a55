/**
 * The input of each kind of stage. The inputs of segments and aggregations are made elsewhere, by
 * their preparation.
 */
import type { StageKind } from "../../src/domain/experiment/stages.js";
import { UserError } from "../../src/domain/failure/user-error.js";
import { writeLines } from "../../src/storage/files/write-lines.js";
import { linesToJudge } from "./lines-to-judge.js";
import { checkOriginal, keepOriginal, linesToRephrase, rephrasedLines } from "./rephrase-input.js";
import type { StageSource } from "./stage-source.js";

interface StageInput {
  /** Checks the input. Throws a `UserError` if it is invalid. */
  readonly check?: (source: StageSource) => Promise<void>;
  /** Returns the lines of the run's input. */
  readonly lines: (source: StageSource) => Promise<AsyncIterable<string>>;
  /** Called once the lines are on disk. */
  readonly keep?: (source: StageSource) => Promise<void>;
}

type RecordStage = Exclude<StageKind, "segment" | "aggregation">;

const stageInputs: Readonly<Record<RecordStage, StageInput>> = {
  rephrase: { check: checkOriginal, lines: linesToRephrase, keep: keepOriginal },
  main: { lines: rephrasedLines },
  judge: { lines: linesToJudge },
};

/** Thrown if the previous stage left nothing to send. */
export class NothingToSend extends UserError {}

/**
 * Writes the input of a stage. Safe to repeat.
 *
 * Throws a `UserError` for an invalid input, and a `NothingToSend` if there are no lines.
 */
export async function writeStageInput(path: string, source: StageSource): Promise<void> {
  const { kind } = source.input.stage;
  if (kind === "segment" || kind === "aggregation") {
    throw new Error(`Expected a stage that sends records, got one of kind ${kind}.`);
  }
  const { check, lines, keep } = stageInputs[kind];
  await check?.(source);
  const count = await writeLines(path, await lines(source));
  if (count === 0) throw new NothingToSend("Expected something to send, found nothing.");
  await keep?.(source);
}
