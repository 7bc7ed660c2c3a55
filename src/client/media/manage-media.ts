import { resolve } from "node:path";
import type { RemoteFile } from "../../domain/record/remote-files.js";
import { UserError } from "../../domain/failure/user-error.js";
import { readAllRecords } from "../../storage/completed/write-with-prompts.js";
import type { Environment } from "../../domain/environment.js";
import { readEnvironment } from "../../providers/access/environment.js";
import { geminiUploads } from "../../providers/gemini/uploads.js";
import type { AccountOptions } from "./account-options.js";

export interface DeleteOptions extends AccountOptions {
  /** Names of uploaded files (`files/abc`), or experiment files that name uploaded ones. */
  readonly targets: readonly string[];
}

export interface DeletedMedia {
  readonly name: string;
  /** False if the file was already gone. */
  readonly deleted: boolean;
}

/** Lists the uploaded files of an API key's account at Gemini. Throws `UserError`. */
export async function listMedia(options: AccountOptions = {}): Promise<readonly RemoteFile[]> {
  const environment = await environmentOf(options);
  const files = await geminiUploads.openFiles(environment, options.model);
  return files.list();
}

/**
 * Deletes uploaded files at Gemini: the named ones, or those in an experiment file. All names are
 * resolved before the first deletion. Throws `UserError`.
 */
export async function deleteMedia(options: DeleteOptions): Promise<readonly DeletedMedia[]> {
  const environment = await environmentOf(options);
  const uploads = await uploadsNamedBy(options);
  const deleted: DeletedMedia[] = [];
  for (const { name, model } of uploads) {
    const files = await geminiUploads.openFiles(environment, model);
    deleted.push({ name, deleted: await files.delete(name) });
  }
  return deleted;
}

async function environmentOf({
  envFile = ".env",
  env = process.env,
}: AccountOptions): Promise<Environment> {
  return readEnvironment(resolve(envFile), env);
}

interface Upload {
  readonly name: string;
  /** The model whose account contains the file. */
  readonly model: string | undefined;
}

async function uploadsNamedBy({ targets, model }: DeleteOptions): Promise<readonly Upload[]> {
  if (targets.length === 0) {
    throw new UserError(
      "Expected the names of uploaded files (files/…), or an experiment file that names them, got none. " +
        "`ostinato media list` shows what there is.",
    );
  }
  const uploads = new Map<string, Upload>();
  for (const target of targets) {
    const named = /^files\/[a-z0-9-]+$/.test(target)
      ? [{ name: target, model }]
      : await uploadsOfExperiment(target);
    for (const upload of named) uploads.set(upload.name, upload);
  }
  return [...uploads.values()];
}

async function uploadsOfExperiment(target: string): Promise<readonly Upload[]> {
  const records = await readAllRecords(resolve(target));
  const uploads = records.flatMap((record) =>
    geminiUploads
      .mediaNamedIn(record)
      .flatMap(({ uploadedName: name }) =>
        name === undefined ? [] : [{ name, model: record.model_name }],
      ),
  );
  if (uploads.length > 0) return uploads;
  throw new UserError(`Expected ${JSON.stringify(target)} to name uploaded files, got none.`);
}
