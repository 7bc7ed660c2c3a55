import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { defined } from "../../../src/domain/defined.js";
import type {
  ExperimentSettings,
  PreparedExperiment,
  PrepareExperimentInput,
} from "../../../src/domain/experiment/experiment.js";
import type { LogLine } from "../../../src/domain/record/log-line.js";
import type { PromptRecord } from "../../../src/domain/record/prompt-record.js";
import type { CompletedOutcome } from "../../../src/domain/record/outcome.js";
import { prepareRun } from "../../../src/storage/run/prepare-run.js";
import { parseRecord } from "../../../src/storage/input/parse-record.js";
import type { GroupStore } from "../../../src/storage/log/group-store.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

export function settingsOf(
  dataFolder: string,
  given: Partial<ExperimentSettings> = {},
): ExperimentSettings {
  return {
    name: "pilot",
    dataFolder,
    envFile: join(dataFolder, ".env"),
    requestsPerMinute: 10,
    maxAttempts: 3,
    timeoutMs: 300_000,
    onBlocked: "wait",
    skipInvalid: false,
    preview: true,
    outputAsCsv: false,
    priority: 3,
    ...given,
  };
}

/** One record a line: `{"id": 0, "api": "test", …}`. */
export function recordLine(id: number, given: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    id,
    api: "test",
    model_name: "m",
    prompt: `p${id.toString()}`,
    ...given,
  });
}

/** An input file in the input folder of a new data folder, not prepared yet. */
export function inputOf(
  lines: readonly string[],
  given: Partial<ExperimentSettings> = {},
): PrepareExperimentInput {
  const dataFolder = temporaryFolder();
  mkdirSync(join(dataFolder, "input"));
  const inputPath = join(dataFolder, "input", "pilot.jsonl");
  writeFileSync(inputPath, `${lines.join("\n")}\n`);
  return { settings: settingsOf(dataFolder, given), inputPath, inputName: "pilot.jsonl" };
}

export const context = {
  runId: "run-1",
  checkRecord: (): readonly string[] => [],
  now: (): Date => new Date(),
};

/** A run in a new data folder. */
export async function preparedRun(
  lines: readonly string[],
  given: Partial<ExperimentSettings> = {},
): Promise<PreparedExperiment> {
  return prepareRun(inputOf(lines, given), context);
}

/** A record of a group and its line. */
export async function readRecord(
  store: GroupStore,
  position: number,
): Promise<{ readonly text: string; readonly record: PromptRecord }> {
  const [entry] = await store.readIndex(position, 1);
  if (!entry) throw new Error(`Expected a record at position ${position}, found none.`);
  const text = await store.readLine(entry);
  const parsed = parseRecord(text);
  if ("record" in parsed) return { text, record: parsed.record };
  throw new Error(parsed.problems.join(" "));
}

export function records(count: number): string[] {
  return Array.from({ length: count }, (_, id) => recordLine(id));
}

export function completedLine(
  position: number,
  given: Partial<CompletedOutcome> = {},
): Extract<LogLine, { readonly kind: "outcome" }> {
  const finishedAt = given.finishedAt ?? 2000 + position;
  const response = `answer ${position.toString()}`;
  const outcome: CompletedOutcome = {
    status: "completed",
    sentAt: 1000 + position,
    attempts: 1,
    response,
    ...given,
    finishedAt,
  };
  return { kind: "outcome", position, finishedAt, outcome };
}

export function failedLine(
  position: number,
  given: {
    readonly finishedAt?: number;
    readonly type?: string;
    readonly attempts?: number;
    readonly message?: string;
  } = {},
): Extract<LogLine, { readonly kind: "outcome" }> {
  const { finishedAt = 2000 + position, type = "NotFound", attempts = 1 } = given;
  const error = { type, message: given.message ?? "no\n such" };
  const outcome = { status: "failed", sentAt: 1000, finishedAt, attempts, error } as const;
  return { kind: "outcome", position, finishedAt, outcome };
}

export function failedAttempt(
  position: number,
  given: {
    readonly attempt?: number;
    readonly turn?: number;
    readonly key?: string;
    readonly finishedAt?: number;
  } = {},
): LogLine {
  const { attempt = 1, finishedAt = 1500, turn, key } = given;
  const error = { type: "RateLimit", message: "slow down", status: 429 };
  return {
    kind: "failed-attempt",
    position,
    sentAt: 1000,
    finishedAt,
    attempt,
    error,
    ...defined({ turn, key }),
  };
}

export function turnLine(position: number, turn: number, finishedAt = 1500): LogLine {
  const answer = { response: `turn ${turn.toString()} at ${finishedAt.toString()}` };
  return { kind: "turn", position, sentAt: 1000, finishedAt, turn, answer };
}

export function refusedLine(position: number, target: string, finishedAt: number): LogLine {
  const error = { type: "Authentication", message: `wrong key ${finishedAt.toString()}` };
  return { kind: "refused", position, finishedAt, target, error };
}
