import { resolve } from "node:path";
import type { Environment } from "../../domain/environment.js";

export interface FindOptions {
  /**
   * Data folder, for runs that the server has forgotten.
   * @default `OSTINATO_DATA_FOLDER`, otherwise "data"
   */
  readonly dataFolder?: string;
}

/** Returns the absolute path of the data folder. */
export function dataFolderOf({ dataFolder }: FindOptions, env: Environment): string {
  const fromEnvironment = env["OSTINATO_DATA_FOLDER"];
  return resolve(dataFolder ?? (fromEnvironment === "" ? undefined : fromEnvironment) ?? "data");
}
