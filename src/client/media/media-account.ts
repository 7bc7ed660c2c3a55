import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RemoteFile, RemoteFiles } from "../../domain/record/remote-files.js";
import { UserError } from "../../domain/failure/user-error.js";
import { hashFile } from "../../storage/files/hash-file.js";

/** The uploads of one account. Uploads are looked up by their content. */
export interface MediaAccount {
  /**
   * Returns the file's upload, ready for use: an existing one with the same content, otherwise a
   * new one.
   */
  readonly bring: (path: string, tell: (step: UploadStep) => void) => Promise<Brought>;
}

export type UploadStep = "uploading" | "processing";

export interface Brought {
  readonly file: RemoteFile;
  /** True if this call uploaded it. */
  readonly uploaded: boolean;
}

/** Minimum remaining lifetime of an existing upload, so that the experiment has time to use it. */
const leastLifeMs = 3_600_000;

/** @param pollMs interval at which the API is asked if a file is ready, in ms */
export function createMediaAccount(files: RemoteFiles, pollMs: number): MediaAccount {
  let listing: Promise<ReadonlyMap<string, RemoteFile>> | undefined;
  const bringing = new Map<string, Promise<Brought>>();
  const bringNew = async (
    path: string,
    hash: string,
    tell: (step: UploadStep) => void,
  ): Promise<Brought> => {
    const there = (await (listing ??= listByContent(files))).get(hash);
    if (there) return { file: await untilReady(there, { files, pollMs, tell }), uploaded: false };
    tell("uploading");
    const made = await files.upload(path, basename(path));
    return { file: await untilReady(made, { files, pollMs, tell }), uploaded: true };
  };
  return {
    bring: async (path, tell) => {
      const hash = await hashFile(path);
      const underWay = bringing.get(hash);
      if (underWay) return { ...(await underWay), uploaded: false };
      const brought = bringNew(path, hash, tell);
      bringing.set(hash, brought);
      return brought;
    },
  };
}

async function listByContent(files: RemoteFiles): Promise<ReadonlyMap<string, RemoteFile>> {
  const byContent = new Map<string, RemoteFile>();
  for (const file of await files.list()) {
    if (file.sha256 !== undefined && isUsable(file)) byContent.set(file.sha256, file);
  }
  return byContent;
}

function isUsable({ state, expiresAt }: RemoteFile): boolean {
  if (state === "FAILED") return false;
  return expiresAt === undefined || Date.parse(expiresAt) - Date.now() > leastLifeMs;
}

interface Waiting {
  readonly files: RemoteFiles;
  readonly pollMs: number;
  readonly tell: (step: UploadStep) => void;
}

async function untilReady(
  first: RemoteFile,
  { files, pollMs, tell }: Waiting,
): Promise<RemoteFile> {
  let file = first;
  if (file.state === "PROCESSING") tell("processing");
  while (file.state === "PROCESSING") {
    await sleep(pollMs);
    const found = await files.find(file.name);
    if (!found) {
      throw new UserError(
        `The API has lost ${file.name} while it processed it. Upload the file again with \`ostinato media upload\`.`,
      );
    }
    file = found;
  }
  if (file.state !== "FAILED") return file;
  throw new UserError(
    `The API could not process ${file.displayName ?? file.name} (${file.name}): ${file.error ?? "it gives no reason."}`,
  );
}
