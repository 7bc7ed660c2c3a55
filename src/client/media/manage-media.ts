import { resolve } from "node:path";
import type { RemoteFile } from "../../domain/record/remote-files.js";
import { UserError } from "../../domain/failure/user-error.js";
import { readAllRecords } from "../../storage/completed/write-with-prompts.js";
import type { AccountOptions, UploadApi } from "./media-files.js";

export type ListMedia = (options?: AccountOptions) => Promise<readonly RemoteFile[]>;

export interface DeleteOptions extends AccountOptions {
  /** Names of uploaded files (`files/abc`), or experiment files that name uploaded ones. */
  readonly targets: readonly string[];
}

export interface DeletedMedia {
  readonly name: string;
  /** False where it was not there any more. */
  readonly deleted: boolean;
}

export type DeleteMedia = (options: DeleteOptions) => Promise<readonly DeletedMedia[]>;

export function createListMedia(api: UploadApi): ListMedia {
  return async (options = {}) => {
    const environment = await environmentOf(api, options);
    const files = await api.openFiles(environment, options.model);
    return files.list();
  };
}

/** What is to be deleted is known before anything is. */
export function createDeleteMedia(api: UploadApi): DeleteMedia {
  return async (options) => {
    const environment = await environmentOf(api, options);
    const uploads = await uploadsNamedBy(api, options);
    const deleted: DeletedMedia[] = [];
    for (const { name, model } of uploads) {
      const files = await api.openFiles(environment, model);
      deleted.push({ name, deleted: await files.delete(name) });
    }
    return deleted;
  };
}

async function environmentOf(
  api: UploadApi,
  { envFile = ".env", env = process.env }: AccountOptions,
): ReturnType<UploadApi["readEnvironment"]> {
  return api.readEnvironment(resolve(envFile), env);
}

interface Upload {
  readonly name: string;
  /** Whose account it lies in. */
  readonly model: string | undefined;
}

async function uploadsNamedBy(
  api: UploadApi,
  { targets, model }: DeleteOptions,
): Promise<readonly Upload[]> {
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
      : await uploadsOfExperiment(api, target);
    for (const upload of named) uploads.set(upload.name, upload);
  }
  return [...uploads.values()];
}

async function uploadsOfExperiment(api: UploadApi, target: string): Promise<readonly Upload[]> {
  const records = await readAllRecords(resolve(target));
  const uploads = records.flatMap((record) =>
    api
      .mediaNamedIn(record)
      .flatMap(({ uploadedName: name }) =>
        name === undefined ? [] : [{ name, model: record.model_name }],
      ),
  );
  if (uploads.length > 0) return uploads;
  throw new UserError(`Expected ${JSON.stringify(target)} to name uploaded files, got none.`);
}
