import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";

import type { PromptRecord } from "../domain/prompt-record.js";
import { targetOf } from "../domain/prompt-record.js";
import { UserError } from "../domain/user-error.js";
import { errorCode } from "./error-code.js";
import { errorText } from "./error-text.js";
import type { InputLine } from "./input-lines.js";
import { readCsvLines } from "./csv-lines.js";
import { readInputLines } from "./input-lines.js";
import { isCsv } from "./is-csv.js";
import { parseRecord } from "./parse-record.js";

/** What is wrong with a record before any call, each in one sentence; an unknown `api` is among it. */
export type CheckRecord = (record: PromptRecord) => readonly string[];

export interface ScanOptions {
  readonly checkRecord: CheckRecord;
  /** Count invalid lines instead of refusing the file. */
  readonly skipInvalid: boolean;
  /** Whether an API's records are sent model by model. @default none's */
  readonly sortsByModel?: (api: string) => boolean;
  /** What messages call the file. @default its path */
  readonly label?: string;
  /** Called about once for each MiB read. */
  readonly onProgress?: () => void;
}

export interface CheckedInput {
  readonly records: number;
  readonly invalid: number;
  readonly sha256: string;
  /** Each `<api>/<model>`, in the order in which they come. */
  readonly targets: readonly string[];
  /** The first record of each target. */
  readonly sampleByTarget: ReadonlyMap<string, PromptRecord>;
}

export type ScannedLine =
  | { readonly line: InputLine; readonly record: PromptRecord; readonly target: number }
  | { readonly line: InputLine; readonly problem: string };

const mostTargets = 65_536;
const shownProblems = 5;

/** Reads a whole input file once and gives each of its lines to `onLine`. Throws a `UserError` for a file that can't be run. */
export async function scanInput(
  path: string,
  options: ScanOptions,
  onLine: (line: ScannedLine) => void,
): Promise<CheckedInput> {
  const label = options.label ?? path;
  await refuseUnfit(path, label);
  const hash = createHash("sha256");
  const onBytes = (bytes: Buffer): void => {
    hash.update(bytes);
    options.onProgress?.();
  };
  const tally = new Tally(label, isCsv(path) ? "row" : "line");
  try {
    const read = isCsv(path) ? readCsvLines : readInputLines;
    for await (const line of read(path, { onBytes, label })) {
      onLine(tally.count(line, checkLine(line, options.checkRecord)));
    }
  } catch (error) {
    throw asUserError(error, label);
  }
  const { records, invalid, problems, targets, sampleByTarget } = tally;
  refuseProblems({ label, problems, records, invalid, skipInvalid: options.skipInvalid });
  const sha256 = hash.digest("hex");
  return { records, invalid, sha256, targets: [...targets.keys()], sampleByTarget };
}

type CheckedLine = { readonly record: PromptRecord } | { readonly problem: string };

class Tally {
  records = 0;
  invalid = 0;
  /** The first ones, for people. */
  readonly problems: string[] = [];
  readonly targets = new Map<string, number>();
  readonly sampleByTarget = new Map<string, PromptRecord>();
  private readonly label: string;
  private readonly place: "line" | "row";

  constructor(label: string, place: "line" | "row") {
    this.label = label;
    this.place = place;
  }

  count(line: InputLine, checked: CheckedLine): ScannedLine {
    if ("problem" in checked) {
      this.invalid += 1;
      if (this.problems.length < shownProblems) {
        this.problems.push(`  ${this.place} ${line.line.toString()}: ${checked.problem}`);
      }
      return { line, problem: checked.problem };
    }
    this.records += 1;
    return { line, record: checked.record, target: this.numberOf(checked.record) };
  }

  private numberOf(record: PromptRecord): number {
    const name = targetOf(record);
    const known = this.targets.get(name);
    if (known !== undefined) return known;
    if (this.targets.size === mostTargets) throw tooManyTargets(this.label);
    this.targets.set(name, this.targets.size);
    this.sampleByTarget.set(name, record);
    return this.targets.size - 1;
  }
}

function checkLine(line: InputLine, checkRecord: CheckRecord): CheckedLine {
  if (line.problem !== undefined) return { problem: line.problem };
  if (!line.utf8) return { problem: "Expected UTF-8 text, got other bytes." };
  const parsed = parseRecord(line.text);
  if ("problem" in parsed) return parsed;
  const problems = checkRecord(parsed.record);
  return problems.length === 0 ? parsed : { problem: problems.join(" ") };
}

async function refuseUnfit(path: string, label: string): Promise<void> {
  const quoted = JSON.stringify(label);
  let entry;
  try {
    entry = await stat(path);
  } catch (error) {
    throw asUserError(error, label);
  }
  if (entry.isDirectory()) {
    throw new UserError(`Expected an input file, got a folder: ${quoted}. Name a file in it.`);
  }
  if (!entry.isFile())
    throw new UserError(`Expected an input file, got something else: ${quoted}.`);
  if (!isCsv(path) && !path.endsWith(".jsonl")) {
    throw new UserError(
      `Expected an input file that ends in .jsonl or .csv, got ${quoted}. If it has one JSON object a line, rename it.`,
    );
  }
  if (entry.size === 0) throw emptyFile(label);
}

function refuseProblems(found: {
  readonly label: string;
  readonly problems: readonly string[];
  readonly records: number;
  readonly invalid: number;
  readonly skipInvalid: boolean;
}): void {
  const { label, problems, records, invalid, skipInvalid } = found;
  if (records === 0 && invalid === 0) throw emptyFile(label);
  if (invalid === 0 || (skipInvalid && records > 0)) return;
  const lines = [...problems];
  if (invalid > problems.length) lines.push(`  and ${(invalid - problems.length).toString()} more`);
  const count = invalid === 1 ? "an invalid line" : `${invalid.toString()} invalid lines`;
  const remedy =
    records === 0
      ? "No line of it is a valid record. Correct the file."
      : "Correct the lines, or pass --skip-invalid to record them as failed and send the rest.";
  throw new UserError(
    `Found ${count} in ${JSON.stringify(label)}:\n${lines.join("\n")}\nNothing was sent. ${remedy}`,
  );
}

function emptyFile(label: string): UserError {
  return new UserError(
    `Expected records in ${JSON.stringify(label)}, got an empty file. Write one record a line.`,
  );
}

function tooManyTargets(label: string): UserError {
  return new UserError(
    `Expected at most ${mostTargets.toString()} different models in ${JSON.stringify(label)}, got more. Split the file.`,
  );
}

function asUserError(error: unknown, label: string): unknown {
  const quoted = JSON.stringify(label);
  switch (errorCode(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return new UserError(`Expected an input file, found nothing at ${quoted}. Check the path.`, {
        cause: error,
      });
    case "EACCES":
    case "EPERM":
      return new UserError(
        `Expected to read ${quoted}, was not allowed to. Check who owns the file.`,
        {
          cause: error,
        },
      );
    case "EIO":
    case "ELOOP":
    case "ENAMETOOLONG":
      return new UserError(`Expected to read ${quoted}, got: ${errorText(error)}.`, {
        cause: error,
      });
    case undefined:
    default:
      return error;
  }
}
