import { join } from "node:path";

import { layOutObject } from "../../domain/json/json-text.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { Failure } from "../../domain/record/outcome.js";
import type { FileBlocks } from "../files/file-blocks.js";
import { openFileBlocks } from "../files/file-blocks.js";
import { indexPath, readEntryInBlocks } from "../index/group-index.js";
import type { LogEntry } from "./log-entry.js";
import { listLogFiles } from "./log-files.js";
import { followLog } from "./log-tail.js";
import { invalidGroup, runPaths } from "../run/run-folder.js";
import type { RunOutcomes } from "./run-outcomes.js";
import { logTime } from "../run/stamp.js";
import { writeAtomically } from "../files/write-atomically.js";

/**
 * Writes the log file for users, in prompto's format: one line per failed attempt, in the order of
 * time, and the end.
 */
export async function writeRunLog(run: RunOutcomes, finishedAt: number): Promise<void> {
  const paths = runPaths(run.directory);
  await writeAtomically(paths.log, logText(run, finishedAt), paths.directory);
}

const batchCharacters = 1 << 18;

/** Places of failures, as numbers in plain arrays. The maximum number is records times attempts. */
class FailureList {
  readonly files: { readonly slug: string; readonly path: string }[] = [];
  readonly file: number[] = [];
  readonly offset: number[] = [];
  readonly length: number[] = [];
  readonly #finishedAt: number[] = [];

  add({ offset, length, finishedAt }: LogEntry): void {
    this.file.push(this.files.length - 1);
    this.offset.push(offset);
    this.length.push(length);
    this.#finishedAt.push(finishedAt);
  }

  inOrderOfTime(): Uint32Array {
    const finishedAt = this.#finishedAt;
    const order = Uint32Array.from(finishedAt, (_, index) => index);
    return order.sort((a, b) => (finishedAt[a] ?? 0) - (finishedAt[b] ?? 0));
  }
}

async function* logText(
  run: RunOutcomes,
  finishedAt: number,
): AsyncGenerator<string, void, undefined> {
  const failures = await findFailures(run);
  const blocks = openFileBlocks();
  let batch = "";
  try {
    for (const number of failures.inOrderOfTime()) {
      const file = failures.files[failures.file[number] ?? 0];
      if (!file) throw new Error("Each failure was found in a file of a group.");
      const { offset, length } = failures;
      const text = await blocks.readText(file.path, offset[number] ?? 0, length[number] ?? 0);
      // The lines are ours: only Ostinato writes a log.
      batch += await describe({ run, blocks, slug: file.slug }, JSON.parse(text) as LogLine);
      if (batch.length < batchCharacters) continue;
      yield batch;
      batch = "";
    }
  } finally {
    await blocks.close();
  }
  yield batch + ending(run, finishedAt);
}

async function findFailures({ directory, manifest, readers }: RunOutcomes): Promise<FailureList> {
  const failures = new FailureList();
  const { maxAttempts } = manifest.settings;
  for (const slug of readers.keys()) {
    for (const name of await listLogFiles(directory, slug)) {
      failures.files.push({ slug, path: join(directory, name) });
      await followLog(directory, name).read((entry) => {
        // The outcome contains the last attempt.
        const again = entry.kind === "failed-attempt" && entry.attempt < maxAttempts;
        if (again || entry.kind === "failed") failures.add(entry);
      });
    }
  }
  return failures;
}

interface Source {
  readonly run: RunOutcomes;
  readonly blocks: FileBlocks;
  readonly slug: string;
}

async function describe(source: Source, line: LogLine): Promise<string> {
  const { maxAttempts } = source.run.manifest.settings;
  const max = maxAttempts.toString();
  const which = await identify(source, line.position);
  if (line.kind === "failed-attempt") {
    const attempt = line.attempt.toString();
    const message = `Error (${which}) on attempt ${attempt} of ${max}: ${wordsOf(line.error)}. Adding to the queue to try again later...`;
    return logLine(line.finishedAt, message);
  }
  if (line.kind !== "outcome" || line.outcome.status !== "failed") return "";
  const { attempts, error } = line.outcome;
  const last = attempts >= maxAttempts ? ` after maximum ${max} attempts` : "";
  return logLine(line.finishedAt, `Error (${which})${last}: ${wordsOf(error)}`);
}

function wordsOf({ type, message }: Failure): string {
  return `${type} - ${message}`;
}

/** Characters at which a reader may end a line, as Python's `splitlines` does, and other controls. */
const lineEnds = /\s*[\p{Cc}\u2028\u2029]+\s*/gu;

function logLine(epochMs: number, message: string): string {
  return `${logTime(new Date(epochMs))}: ${message.replace(lineEnds, " ")}\n`;
}

/**
 * Returns `i=3, id=abc`: the position in the group, starting at 1, or the input line of an invalid
 * line.
 */
async function identify({ run, blocks, slug }: Source, position: number): Promise<string> {
  const entry = await readEntryInBlocks(blocks, indexPath(run.directory, slug), position);
  if (!entry) throw new Error(`Expected a record at position ${position}, found none.`);
  const { inputPath } = run.manifest;
  const number = slug === invalidGroup ? entry.line : position + 1;
  if (slug === invalidGroup) return `i=${number}, id=NA`;
  const text = await blocks.readText(inputPath, entry.offset, entry.length);
  return `i=${number}, id=${idOf(text)}`;
}

function idOf(text: string): string {
  const member = layOutObject(text).members.findLast(({ key }) => key === "id");
  if (!member) return "NA";
  const value = text.slice(member.valueStart, member.valueEnd).trim();
  if (value === "null" || value === "NaN") return "NA";
  // Parsing a JSON string returns a string.
  return value.startsWith('"') ? (JSON.parse(value) as string) : value;
}

function ending({ manifest }: RunOutcomes, finishedAt: number): string {
  const seconds = Math.max(0, finishedAt - manifest.createdAt) / 1000;
  const each = seconds / (manifest.records + manifest.invalid);
  const message = `Completed experiment: ${manifest.settings.name}.jsonl! Experiment processing time: ${pythonFloat(seconds)} seconds, Average time per query: ${pythonFloat(each)} seconds`;
  return logLine(finishedAt, message);
}

/** Formats a number with one to three decimals, as Python prints a rounded float. */
function pythonFloat(value: number): string {
  const text = (Math.round(value * 1000) / 1000).toString();
  return text.includes(".") ? text : `${text}.0`;
}
