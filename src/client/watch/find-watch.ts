import { realpath } from "node:fs/promises";
import { WorkflowNotFoundError } from "../connection/temporal.js";
import { watchId } from "../../domain/experiment/ids.js";
import { errorCode } from "../../domain/failure/error-code.js";
import { slug } from "../../storage/index/slug.js";
import type { WatchMemo } from "../../../workflows/messages.js";
import { toFound } from "../status/find-experiment.js";
import type { FoundExperiment } from "../status/find-experiment.js";
import { dataFolderOf } from "../connection/find-options.js";
import type { FindOptions } from "../connection/find-options.js";
import type { Environment } from "../../domain/environment.js";
import type { Ostinato } from "../connection/ostinato.js";

/** The server's facts about the latest watch of a data folder. */
export interface FoundWatch extends Omit<FoundExperiment, "memo"> {
  readonly memo: Partial<WatchMemo>;
  /** True if it ended by itself or was stopped, false if it was terminated. */
  readonly ended: boolean;
}

/** @param dataFolder absolute, with symbolic links resolved. */
export function watchIdOf(dataFolder: string): string {
  return watchId(slug(dataFolder));
}

/**
 * Returns the absolute path with symbolic links resolved, because a folder has one watch for all of
 * its paths.
 */
export async function watchedFolderOf(options: FindOptions, env: Environment): Promise<string> {
  const folder = dataFolderOf(options, env);
  try {
    return await realpath(folder);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return folder;
    throw error;
  }
}

/** Returns `undefined` if the server knows no watch. */
export async function findWatch(
  { client }: Ostinato,
  dataFolder: string,
): Promise<FoundWatch | undefined> {
  try {
    const description = await client.workflow.getHandle(watchIdOf(dataFolder)).describe();
    return { ...toFound(description), ended: description.status.name === "COMPLETED" };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
