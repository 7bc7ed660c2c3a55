import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { basename } from "node:path";

import { defined } from "../../domain/defined.js";
import type { JsonValue } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";
import { layOutObject, parseJsonText } from "../../domain/json/json-text.js";
import { reusedSpend } from "../../domain/money/spending.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { CompletedOutcome, ReusedAnswer } from "../../domain/record/outcome.js";
import { startOfOurs } from "../../domain/scores/scored-line.js";
import { UserError } from "../../domain/failure/user-error.js";
import { readInputLines } from "../input/input-lines.js";
import { withoutTornEnd } from "../lines/without-torn-end.js";
import { inInputOrder } from "../index/input-order.js";
import type { LineOfGroup } from "../log/write-logs-whole.js";
import { writeLogsWhole } from "../log/write-logs-whole.js";
import { instantOfStamp } from "./stamp.js";

/**
 * Reuses the completed outcomes of an earlier run: copies them into this run's log, so that their
 * records are not sent again. The completed file has one line per input line, in the same order, so
 * outcomes and records can be matched.
 */
export interface TakeOver {
  /** State folder of this run, with its indexes. */
  readonly directory: string;
  /** Slugs of all groups of the run, and of the invalid lines if there are any. */
  readonly slugs: readonly string[];
  readonly inputPath: string;
  readonly completedFile: string;
}

export async function takeOver(plan: TakeOver, groups: readonly string[]): Promise<void> {
  const input = await open(plan.inputPath, "r");
  try {
    const place = { directory: plan.directory, slugs: groups, writer: "taken-over" };
    await writeLogsWhole(place, completedLines(plan, new Set(groups), input));
  } finally {
    await input.close();
  }
}

async function* completedLines(
  plan: TakeOver,
  wanted: ReadonlySet<string>,
  input: FileHandle,
): AsyncGenerator<LineOfGroup, void, undefined> {
  const before = withoutTornEnd(readInputLines(plan.completedFile));
  try {
    for await (const { slug, entry } of inInputOrder(plan.directory, plan.slugs)) {
      const line = await before.next();
      if (line.done === true) throw mismatch(plan);
      if (!wanted.has(slug)) continue;
      const { offset, length, position } = entry;
      const { buffer } = await input.read(Buffer.allocUnsafe(length), 0, length, offset);
      const ownFrom = layOutObject(buffer.toString("utf8")).members.length;
      const outcome = completedOutcome(line.value.text, ownFrom);
      if (!outcome) continue;
      yield { slug, line: takenOver(position, outcome, runOfCompleted(plan.completedFile)) };
    }
    if ((await before.next()).done !== true) throw mismatch(plan);
  } finally {
    await before.return();
  }
}

/**
 * Returns the line for an outcome of an earlier run. It costs nothing in this run.
 *
 * @param run stamp of the earlier run, which may have reused the answer too
 */
export function takenOver(
  position: number,
  { cost, reused, ...outcome }: CompletedOutcome,
  run: string,
): LogLine {
  const { finishedAt } = outcome;
  const paid = reused ?? { run, ...(typeof cost === "number" && { cost }) };
  const spend = paid.cost === undefined ? {} : { spend: reusedSpend(paid.cost) };
  return {
    kind: "outcome",
    position,
    finishedAt,
    outcome: { ...outcome, reused: paid },
    ...spend,
  };
}

/** Returns the stamp in the name of a completed file. */
export function runOfCompleted(completedFile: string): string {
  return basename(completedFile).split("-completed-")[0] ?? "";
}

function mismatch({ completedFile, inputPath }: TakeOver): UserError {
  return new UserError(
    `Expected ${JSON.stringify(completedFile)} to have a line for each line of ${JSON.stringify(inputPath)}, but they differ. One of the two was changed after the run. Start the experiment again with \`ostinato run\` instead.`,
  );
}

/**
 * Returns the outcome in an output line, if it is completed.
 *
 * @param ownFrom number of keys of the input line before ours. If `undefined`, only the names of
 *   the keys show which are ours.
 * @param without further keys that do not belong to the answer
 */
export function completedOutcome(
  outputText: string,
  ownFrom: number | undefined,
  without: ReadonlySet<string> = new Set(),
): CompletedOutcome | undefined {
  const ours = ownMembers(outputText, ownFrom, without);
  const take = (key: string): JsonValue | undefined => {
    const value = ours.get(key);
    ours.delete(key);
    return value;
  };
  if (take("status") !== "completed") return undefined;
  const sentAt = sentAtOf(take("sent_at"), take("timestamp_sent"));
  // `usage` contains the same information.
  take("token_usage");
  const latencyMs = Number(take("latency_ms") ?? 0);
  const model = take("model");
  const finishReason = take("finish_reason");
  const usage = take("usage");
  const given = take("cost");
  const cost = typeof given === "number" ? given : undefined;
  const reused = reusedAnswer(take("reused"));
  return {
    status: "completed",
    sentAt,
    finishedAt: sentAt + latencyMs,
    attempts: Number(take("attempts") ?? 0),
    response: take("response") ?? null,
    ...defined({ model, finishReason, usage, cost, reused }),
    ...(ours.size > 0 && { extra: Object.fromEntries(ours) }),
  };
}

/**
 * Returns the time of the send. Lines of earlier versions contain only the stamp, in whole seconds
 * of local time.
 */
function sentAtOf(sentAt: JsonValue | undefined, stamp: JsonValue | undefined): number {
  const exact = typeof sentAt === "string" ? Date.parse(sentAt) : NaN;
  if (!Number.isNaN(exact)) return exact;
  return (typeof stamp === "string" && instantOfStamp(stamp)) || 0;
}

function ownMembers(
  outputText: string,
  ownFrom: number | undefined,
  without: ReadonlySet<string>,
): Map<string, JsonValue> {
  const ours = new Map<string, JsonValue>();
  const { members } = layOutObject(outputText);
  for (const { key, valueStart, valueEnd } of members.slice(ownFrom ?? startOfOurs(members))) {
    if (without.has(key)) continue;
    ours.set(key, parseJsonText(outputText.slice(valueStart, valueEnd)));
  }
  return ours;
}

function reusedAnswer(value: JsonValue | undefined): ReusedAnswer | undefined {
  if (!isJsonObject(value)) return undefined;
  const { run, cost } = value;
  if (typeof run !== "string") return undefined;
  return typeof cost === "number" ? { run, cost } : { run };
}
