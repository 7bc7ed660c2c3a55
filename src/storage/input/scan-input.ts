import { countOf, countText } from "../../domain/count-text.js";
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";

import { defined } from "../../domain/defined.js";
import { errorText } from "../../domain/failure/error-text.js";
import { ProblemGroups, problemText } from "../../domain/record/problem-groups.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { targetOf } from "../../domain/record/prompt-record.js";
import { UserError } from "../../domain/failure/user-error.js";
import { errorCode } from "../../domain/failure/error-code.js";
import type { CheckMedia } from "../media/check-media.js";
import type { InputLine } from "./input-lines.js";
import { experimentLines, recordOfLine } from "./experiment-lines.js";
import { inputFormat, knownEndings, placeWord } from "./input-format.js";
import type { KnownColumns } from "../../domain/record/csv-record.js";
import type { LineForm } from "../../domain/record/input-form.js";

/**
 * Returns the problems of a record before any call, one sentence each, including an unknown `api`.
 */
export type CheckRecord = (record: PromptRecord) => readonly string[];

export interface ScanOptions {
  readonly checkRecord: CheckRecord;
  /** Checks the media files of a record. @default no check */
  readonly checkMedia?: CheckMedia;
  /** Count invalid lines instead of rejecting the file. */
  readonly skipInvalid: boolean;
  /** True if an API's records are sent model by model. @default false for all APIs */
  readonly sortsByModel?: (api: string) => boolean;
  /** Rules for making records from lines. @default the rules for every input */
  readonly form?: LineForm;
  /** Columns of a table that is read several times, see `ReadLinesOptions`. */
  readonly known?: KnownColumns;
  /** Name of the file in messages. @default its path */
  readonly label?: string;
  /** Called about once per MiB. */
  readonly onProgress?: () => void;
}

export interface CheckedInput {
  readonly records: number;
  readonly invalid: number;
  readonly sha256: string;
  /** Each `<api>/<model>`, in the order of first occurrence. */
  readonly targets: readonly string[];
  /** The first record of each target. */
  readonly sampleByTarget: ReadonlyMap<string, PromptRecord>;
}

export type ScannedLine =
  | { readonly line: InputLine; readonly record: PromptRecord; readonly target: number }
  | {
      readonly line: InputLine;
      /** All problems in one text. */
      readonly problem: string;
      readonly problems: readonly string[];
      /** API of the record. Set if the line is a record. */
      readonly api?: string;
    };

const mostTargets = 65_536;
const shownProblems = 5;

/**
 * Reads a whole input file once and passes each line to `onLine`. Throws a `UserError` for an
 * invalid file.
 */
export async function scanInput(
  path: string,
  options: ScanOptions,
  onLine: (line: ScannedLine) => void,
): Promise<CheckedInput> {
  const label = options.label ?? path;
  const groups = new ProblemGroups();
  const place = placeWord(path);
  const input = await surveyInput(path, options, (scanned) => {
    if ("problem" in scanned) groups.add(scanned.line.line, [scanned.problem], scanned.api);
    onLine(scanned);
  });
  const problems = groups.all().map((group) => `  ${problemText(group, place)}`);
  refuseProblems({ label, problems, ...input, skipInvalid: options.skipInvalid });
  return input;
}

/**
 * Reads an input like `scanInput`, but accepts a file whose lines are all invalid. Throws a
 * `UserError` for an unreadable or empty file.
 */
export async function surveyInput(
  path: string,
  options: Omit<ScanOptions, "skipInvalid">,
  onLine: (line: ScannedLine) => void,
): Promise<CheckedInput> {
  const label = options.label ?? path;
  await refuseUnfit(path, label);
  const hash = createHash("sha256");
  const onBytes = (bytes: Buffer): void => {
    hash.update(bytes);
    options.onProgress?.();
  };
  const tally = new Tally(label);
  try {
    for await (const line of experimentLines(path, {
      onBytes,
      label,
      ...defined({ form: options.form, known: options.known }),
    })) {
      onLine(tally.count(line, await checkLine(line, options)));
    }
  } catch (error) {
    throw asUserError(error, label);
  }
  const { records, invalid, targets, sampleByTarget } = tally;
  if (records === 0 && invalid === 0) throw emptyFile(label);
  const sha256 = hash.digest("hex");
  return { records, invalid, sha256, targets: [...targets.keys()], sampleByTarget };
}

type CheckedLine =
  | { readonly record: PromptRecord }
  | { readonly problems: readonly string[]; readonly api?: string };

class Tally {
  records = 0;
  invalid = 0;
  readonly targets = new Map<string, number>();
  readonly sampleByTarget = new Map<string, PromptRecord>();
  readonly #label: string;

  constructor(label: string) {
    this.#label = label;
  }

  count(line: InputLine, checked: CheckedLine): ScannedLine {
    if ("problems" in checked) {
      this.invalid += 1;
      return { line, problem: checked.problems.join(" "), ...checked };
    }
    this.records += 1;
    return { line, record: checked.record, target: this.#numberOf(checked.record) };
  }

  #numberOf(record: PromptRecord): number {
    const name = targetOf(record);
    const known = this.targets.get(name);
    if (known !== undefined) return known;
    if (this.targets.size === mostTargets) throw tooManyTargets(this.#label);
    this.targets.set(name, this.targets.size);
    this.sampleByTarget.set(name, record);
    return this.targets.size - 1;
  }
}

async function checkLine(
  line: InputLine,
  { checkRecord, checkMedia }: Pick<ScanOptions, "checkRecord" | "checkMedia">,
): Promise<CheckedLine> {
  const parsed = recordOfLine(line);
  if ("problems" in parsed) return parsed;
  const { record } = parsed;
  const problems = [...checkRecord(record), ...((await checkMedia?.(record)) ?? [])];
  return problems.length === 0 ? parsed : { problems, api: record.api };
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
  if (inputFormat(path) === undefined) {
    throw new UserError(
      `Expected an input file that ends in ${knownEndings}, got ${quoted}. If it has one JSON object a line, rename it; save a table as CSV.`,
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
  if (invalid === 0 || (skipInvalid && records > 0)) return;
  const lines = problems.slice(0, shownProblems);
  if (problems.length > shownProblems) {
    const more = problems.length - shownProblems;
    lines.push(`  and ${countOf(more, "more problem")}: \`ostinato check\` lists them all`);
  }
  const count = invalid === 1 ? "an invalid line" : countOf(invalid, "invalid line");
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
    `Expected records in ${JSON.stringify(label)}, got an empty file. Write one record per line.`,
  );
}

function tooManyTargets(label: string): UserError {
  return new UserError(
    `Expected at most ${countText(mostTargets)} different models in ${JSON.stringify(label)}, got more. Split the file.`,
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
        `Could not read ${quoted}: permission denied. Check the owner of the file.`,
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
