import { access, stat } from "node:fs/promises";
import { extname, join, relative, resolve } from "node:path";
import { computed } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { RemoteFile } from "../../domain/record/remote-files.js";
import { UserError } from "../../domain/failure/user-error.js";
import { readAllRecords, writeWithPrompts } from "../../storage/completed/write-with-prompts.js";
import { readEnvironment } from "../../providers/access/environment.js";
import { geminiUploads } from "../../providers/gemini/uploads.js";
import { createMediaAccount } from "./media-account.js";
import type { MediaAccount } from "./media-account.js";
import type { Environment } from "../../domain/environment.js";

export interface UploadOptions {
  /** The experiment: JSON Lines or CSV. It is not changed. */
  readonly file: string;
  /** Folder of the experiment's media files. @default "data/media" */
  readonly mediaFolder?: string;
  /**
   * Path of the new experiment file. @default the input's path with `_uploaded.jsonl` in place of
   * its suffix
   */
  readonly output?: string;
  /** Overwrite an existing output. @default false */
  readonly overwrite?: boolean;
  /** Environment file. @default ".env" */
  readonly envFile?: string;
  /** Environment variables. @default process.env */
  readonly env?: Environment;
  readonly onProgress?: (progress: UploadProgress) => void;
  /** Interval at which the API is asked if a file is ready, in milliseconds. @default 1000 */
  readonly pollMs?: number;
}

export interface UploadProgress {
  readonly path: string;
  readonly step: "uploading" | "processing" | "ready";
  /** Number of ready files among `files`. */
  readonly ready: number;
  readonly files: number;
}

export interface UploadedMedia {
  /** The new experiment file. */
  readonly output: string;
  readonly records: number;
  readonly files: readonly UploadedPath[];
}

export interface UploadedPath {
  /** Path in the experiment, relative to the media folder. */
  readonly path: string;
  /** `files/abc`. */
  readonly name: string;
  /** False if a file with the same content was already uploaded. */
  readonly uploaded: boolean;
  readonly mimeType: string;
  readonly bytes: number;
  /** Time at which the API deletes the file, in ISO 8601. */
  readonly expiresAt?: string;
}

const atOnce = 4;

/**
 * Uploads the media files of an experiment's records for Gemini, waits until the API has processed
 * them, and writes a new experiment file with the uploaded names. Safe to repeat: a file with
 * already uploaded content is not uploaded again. Throws a `UserError` for a missing file or key,
 * and with the API's message if the API refuses a file.
 */
export async function uploadMedia(options: UploadOptions): Promise<UploadedMedia> {
  const file = resolve(options.file);
  const output = await freeOutput(file, options);
  const env = options.env ?? process.env;
  const environment = await readEnvironment(resolve(options.envFile ?? ".env"), env);
  const records = await readAllRecords(file);
  const wanted = wantedBy(records, environment);
  if (wanted.length === 0) {
    throw new UserError(
      `Expected records with api "${geminiUploads.name}" that name media files in ${JSON.stringify(file)}, got none. There is nothing to upload.`,
    );
  }
  const mediaFolder = resolve(options.mediaFolder ?? join("data", "media"));
  await checkLocalFiles(wanted, { mediaFolder, mostBytes: geminiUploads.mostBytes });
  const uploads = await uploadAll(wanted, { environment, mediaFolder, options });
  await writeWithPrompts(file, output, (record) => {
    const account = accountOfRecord(record, environment);
    return geminiUploads.nameUploads(record, (path) => uploads.get(keyOf(account, path))?.name);
  });
  return { output, records: records.length, files: [...uploads.values()] };
}

async function freeOutput(file: string, options: UploadOptions): Promise<string> {
  const byDefault = `${file.slice(0, file.length - extname(file).length)}_uploaded.jsonl`;
  const output = resolve(options.output ?? byDefault);
  if (output === file) {
    throw new UserError(
      `Expected an output other than the experiment's own file ${JSON.stringify(file)}.`,
    );
  }
  const isThere = await access(output).then(
    () => true,
    () => false,
  );
  if (isThere && options.overwrite !== true) {
    throw new UserError(
      `Output file ${JSON.stringify(output)} already exists. Use \`--overwrite-output\` to overwrite it, or ` +
        "`--output-file` to name a different output file.",
    );
  }
  return output;
}

/** A file and its account, which is the account of the model that reads the file. */
interface Wanted {
  readonly path: string;
  readonly account: string;
  readonly model: string | undefined;
}

function wantedBy(records: readonly PromptRecord[], environment: Environment): readonly Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const record of records) {
    for (const { path } of geminiUploads.mediaNamedIn(record)) {
      const account = accountOfRecord(record, environment);
      wanted.set(keyOf(account, path), { path, account, model: record.model_name });
    }
  }
  return [...wanted.values()];
}

function accountOfRecord(record: PromptRecord, environment: Environment): string {
  return geminiUploads.mediaNamedIn(record).length === 0
    ? ""
    : geminiUploads.accountOf(environment, record.model_name);
}

function keyOf(account: string, path: string): string {
  return JSON.stringify([account, path]);
}

interface LocalFiles {
  readonly mediaFolder: string;
  readonly mostBytes: number;
}

async function checkLocalFiles(wanted: readonly Wanted[], local: LocalFiles): Promise<void> {
  const { mediaFolder } = local;
  const problems: string[] = [];
  for (const path of new Set(wanted.map((one) => one.path))) {
    const problem = await problemOf(path, local);
    if (problem !== undefined) problems.push(`${JSON.stringify(path)}: ${problem}`);
  }
  if (problems.length === 0) return;
  throw new UserError(
    `Expected the experiment's media files in ${JSON.stringify(mediaFolder)}, and nothing is uploaded:\n  ${problems.join("\n  ")}\n` +
      "Put them there, or name another folder with --media-folder.",
  );
}

async function problemOf(
  path: string,
  { mediaFolder, mostBytes }: LocalFiles,
): Promise<string | undefined> {
  const file = join(mediaFolder, path);
  if (/^\.\.([/\\]|$)/.test(relative(mediaFolder, file))) return "it lies outside";
  try {
    const found = await stat(file);
    if (!found.isFile()) return "it is no file";
    if (found.size === 0) return "it is empty";
    const most = (mostBytes / 1e9).toString();
    return found.size > mostBytes
      ? `it is larger than the ${most} GB that the API takes`
      : undefined;
  } catch {
    return "it is not there";
  }
}

interface Uploading {
  readonly environment: Environment;
  readonly mediaFolder: string;
  readonly options: UploadOptions;
}

async function uploadAll(
  wanted: readonly Wanted[],
  uploading: Uploading,
): Promise<Map<string, UploadedPath>> {
  const { environment, mediaFolder, options } = uploading;
  const accounts = new Map<string, Promise<MediaAccount>>();
  const openAccount = async (one: Wanted): Promise<MediaAccount> => {
    const files = await geminiUploads.openFiles(environment, one.model);
    return createMediaAccount(files, options.pollMs ?? 1_000);
  };
  const done = new Map<string, UploadedPath>();
  const queue = [...wanted];
  const work = async (): Promise<void> => {
    for (let one = queue.shift(); one; one = queue.shift()) {
      const { path, account: name } = one;
      const opening = computed(accounts, name, () => openAccount(one));
      const tell = (step: UploadProgress["step"]): void =>
        options.onProgress?.({ path, step, ready: done.size, files: wanted.length });
      const account = await opening;
      const { file, uploaded } = await account.bring(join(mediaFolder, path), tell);
      done.set(keyOf(name, path), toUploadedPath(path, file, uploaded));
      tell("ready");
    }
  };
  const workers = Array.from({ length: atOnce }, work);
  // Uploads in progress continue. A repeated call finds them.
  const stop = async (worker: Promise<void>): Promise<void> => {
    await worker.finally(() => (queue.length = 0));
  };
  const ends = await Promise.allSettled(workers.map(stop));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return done;
}

function toUploadedPath(path: string, file: RemoteFile, uploaded: boolean): UploadedPath {
  const { name, mimeType, bytes, expiresAt } = file;
  return {
    path,
    name,
    uploaded,
    mimeType,
    bytes,
    ...defined({ expiresAt }),
  };
}
