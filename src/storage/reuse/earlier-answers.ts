import { createHash } from "node:crypto";
import { join } from "node:path";

import type { ExperimentSettings } from "../../domain/experiment/experiment.js";
import { parseExactJson } from "../../domain/json/exact-numbers.js";
import type { JsonObject } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";
import { layOutObject } from "../../domain/json/json-text.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { matchAnswers } from "../../domain/reuse/match-answers.js";
import type { Matched } from "../../domain/reuse/match-answers.js";
import { requestOf } from "../../domain/reuse/request-key.js";
import { startOfOurs } from "../../domain/scores/scored-line.js";
import { computed } from "../../domain/computed.js";
import { readInputLines } from "../input/input-lines.js";
import type { MediaOf } from "../media/check-media.js";
import { statIfThere } from "../files/stat-if-there.js";
import { instantOfStamp } from "../run/stamp.js";

/** The earlier runs of a name, and the facts that determine their answers. */
export interface EarlierRuns {
  /** Completed files, oldest first. */
  readonly completedFiles: readonly string[];
  /** True for the user's own APIs, which may read any key of a record. */
  readonly everyKey: boolean;
  readonly mediaFolder: string;
  /** Returns the files of the media folder that a record's call reads. @default none */
  readonly mediaOf?: MediaOf;
  /** Called at short intervals during long reads. */
  readonly onProgress?: () => void;
}

/** Returns the facts about earlier runs according to the settings of the new run. */
export function earlierFactsOf({
  dataFolder,
  providers = [],
}: Pick<ExperimentSettings, "dataFolder" | "providers">): Pick<
  EarlierRuns,
  "everyKey" | "mediaFolder"
> {
  return { everyKey: providers.length > 0, mediaFolder: join(dataFolder, "media") };
}

/** Place of an earlier run's line. */
export interface EarlierLine {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Maximum number of runs. A run's file contains all of its answers, including reused ones, so few
 * runs are enough.
 */
const mostRuns = 20;

/**
 * Finds the completed answers that earlier runs have for the records of a new run, by their
 * requests. For each request, only the newest run with answers counts. Answers from before the last
 * change of a media file do not count, and failed records never do.
 *
 * @param texts lines with valid records
 * @returns the line of the answer for each record; `undefined` if the record must be sent
 */
export async function findEarlierAnswers(
  texts: AsyncIterable<string>,
  runs: EarlierRuns,
): Promise<readonly (EarlierLine | undefined)[]> {
  const asked = await readAsked(texts, runs);
  const found = asked.records.map((): EarlierLine | undefined => undefined);
  const seen = new Set<string>();
  for (const file of runs.completedFiles.slice(-mostRuns).reverse()) {
    const open = [...found.keys()].filter(
      (at) => found[at] === undefined && !seen.has(asked.records[at]?.request ?? ""),
    );
    if (open.length === 0) break;
    const answers = await readAnswers(file, { asked, seen, runs });
    const records = open.flatMap((at) => asked.records[at] ?? []);
    matchAnswers(records, answers).forEach((index, at) => {
      const answer = index === undefined ? undefined : answers[index];
      if (answer) found[open[at] ?? 0] = answer;
    });
    for (const { request } of answers) seen.add(request);
  }
  return found;
}

interface Asked {
  readonly records: readonly Matched[];
  /** Last change of each request's media, in ms since the epoch. */
  readonly requests: ReadonlyMap<string, number>;
}

const linesBetweenTelling = 1_000;

async function readAsked(
  texts: AsyncIterable<string>,
  { everyKey, mediaFolder, mediaOf, onProgress }: EarlierRuns,
): Promise<Asked> {
  const records: Matched[] = [];
  const requests = new Map<string, number>();
  const changes = new Map<string, Promise<number>>();
  const changedAt = async (path: string): Promise<number> =>
    Number((await statIfThere(join(mediaFolder, path)))?.mtimeMs ?? 0n);
  for await (const text of texts) {
    const value = parseExactJson(text);
    if (!isJsonObject(value)) throw new Error("Expected a valid record, got no JSON object.");
    const matched = matchedOf(value, everyKey);
    records.push(matched);
    if (records.length % linesBetweenTelling === 0) onProgress?.();
    if (requests.has(matched.request)) continue;
    // Only valid records are looked up.
    const files = mediaOf?.(value as PromptRecord) ?? [];
    const times = files.map(({ path }) => computed(changes, path, () => changedAt(path)));
    requests.set(matched.request, Math.max(0, ...(await Promise.all(times))));
  }
  return { records, requests };
}

type Answered = Matched & EarlierLine;

interface Reading {
  readonly asked: Asked;
  readonly seen: ReadonlySet<string>;
  readonly runs: EarlierRuns;
}

async function readAnswers(
  file: string,
  { asked, seen, runs: { everyKey, onProgress } }: Reading,
): Promise<readonly Answered[]> {
  const answers: Answered[] = [];
  for await (const { text, offset, length, line } of readInputLines(file)) {
    if (line % linesBetweenTelling === 0) onProgress?.();
    const answer = answerIn(text, everyKey);
    const { request = "" } = answer ?? {};
    const changedAt = asked.requests.get(request);
    if (!answer || changedAt === undefined || seen.has(request)) continue;
    // The time in a line is in whole seconds.
    if (Math.floor(changedAt / 1_000) * 1_000 > answer.sentAt) continue;
    answers.push({ request, id: answer.id, file, offset, length });
  }
  return answers;
}

/**
 * Returns the answer in a line; `undefined` if the line has no completed answer, or was cut off
 * when its writer was killed.
 */
function answerIn(
  text: string,
  everyKey: boolean,
): (Matched & { readonly sentAt: number }) | undefined {
  try {
    const line = parseExactJson(text);
    if (!isJsonObject(line) || line["status"] !== "completed") return undefined;
    const record = everyKey ? parseExactJson(inputTextOf(text)) : line;
    if (!isJsonObject(record)) return undefined;
    const stamp = line["timestamp_sent"];
    const sentAt = (typeof stamp === "string" ? instantOfStamp(stamp) : undefined) ?? 0;
    const { request, id } = matchedOf(record, everyKey);
    return { request, id, sentAt };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns the record's own part of a completed line, as an object. */
function inputTextOf(text: string): string {
  const { members } = layOutObject(text);
  const start = text.indexOf("{");
  const end = members[startOfOurs(members) - 1]?.valueEnd ?? start + 1;
  return `${text.slice(start, end)}}`;
}

function matchedOf(record: JsonObject, everyKey: boolean): Matched {
  // The hash is stored as 16 characters with a byte each, because a file may have a million
  // records.
  const request = createHash("sha256")
    .update(requestOf(record, everyKey))
    .digest()
    .toString("latin1", 0, 16);
  const { id } = record;
  return { request, id: id === undefined ? "" : JSON.stringify(id) };
}
