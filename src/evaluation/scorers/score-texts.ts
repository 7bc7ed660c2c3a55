import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { parseJsonText } from "../../domain/json/json-text.js";
import type { Members } from "../../domain/record/output-line.js";
import { isAnswered } from "../../domain/record/line-end.js";
import { scoreErrorKey, withScores } from "../../domain/scores/scored-line.js";
import { applyScorer } from "./apply-scorer.js";
import type { ScoreOutcome } from "./apply-scorer.js";
import type { LoadedScorer } from "./load-scorers.js";
import type { Score } from "./scorer.js";
import type { Calls } from "../../executors/thread/serve-functions.js";

/** A line of a completed file after its scoring. */
export interface ScoredText {
  readonly text: string;
  /** `<api>/<model>` */
  readonly model: string;
  /** The record's `group`. */
  readonly group?: string;
  /** One score per scorer, in the order of the scorers; absent for a record without an answer. */
  readonly scores?: readonly Score[];
  /** The reason for each missing score, in the order of the scorers. */
  readonly reasons?: readonly (string | undefined)[];
}

/**
 * Scores the lines with an answer. All other lines stay unchanged. Indexes in calls count only the
 * lines with an answer.
 */
export async function scoreTexts(
  scorers: readonly LoadedScorer[],
  texts: readonly string[],
  calls: Calls<ScoreOutcome>,
): Promise<ScoredText[]> {
  const records = texts.map(parseLine);
  const answered = records.filter(isAnswered);
  const columns: (readonly ScoreOutcome[])[] = [];
  for (const [functionAt, loaded] of scorers.entries()) {
    columns.push(
      await applyScorer(loaded, answered, {
        onCall: (from, count) => {
          calls.begin({ functionAt, from, count });
        },
        onEnd: (from, outcomes) => {
          calls.end({ functionAt, from, ends: outcomes.map((value) => ({ value })) });
        },
        known: calls.known.get(functionAt) ?? new Map(),
      }),
    );
  }
  const keys = scorers.map(({ key }) => key);
  let row = -1;
  return texts.map((text, index) => {
    const record = records[index] ?? {};
    const place = placeOf(record);
    if (!isAnswered(record)) return { text: withScores(text, keys, []), ...place };
    row += 1;
    const outcomes = columns.map((column) => column[row] ?? { score: null });
    const members = outcomes.flatMap((outcome, at) => membersOf(keys[at] ?? "", outcome));
    return {
      text: withScores(text, keys, members),
      ...place,
      scores: outcomes.map(({ score }) => score),
      reasons: outcomes.map(({ error }) => error),
    };
  });
}

function membersOf(key: string, { score, error }: ScoreOutcome): Members {
  return error === undefined
    ? [[key, score]]
    : [
        [key, score],
        [scoreErrorKey(key), error],
      ];
}

function parseLine(text: string): JsonObject {
  const value = parseOrNull(text);
  return isJsonObject(value) ? value : {};
}

function parseOrNull(text: string): JsonValue {
  try {
    return parseJsonText(text);
  } catch {
    return null;
  }
}

function placeOf(record: JsonObject): Pick<ScoredText, "model" | "group"> {
  const { api, model_name: name, model, group } = record;
  const parts = [api, name ?? model].filter((part) => typeof part === "string");
  return {
    model: parts.join("/"),
    ...(group !== undefined && group !== null && { group: groupName(group) }),
  };
}

function groupName(group: JsonValue): string {
  return typeof group === "string" ? group : JSON.stringify(group);
}
