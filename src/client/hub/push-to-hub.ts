import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";

import type { Environment } from "../../domain/environment.js";
import { UserError } from "../../domain/failure/user-error.js";
import { isThere } from "../../storage/files/is-there.js";
import { readKeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";
import { leafFile, runPaths } from "../../storage/run/run-folder.js";
import type { Ostinato } from "../connection/ostinato.js";
import { findPresentRun } from "../status/find-run.js";
import { askHub, openHub } from "./open-hub.js";
import type { Hub } from "./open-hub.js";

/** A commit on the Hub. */
export interface Pushed {
  readonly url: string;
}

/**
 * Checks that an upload is possible. Throws a `UserError` for an invalid name, without a token, or
 * without the Hub's client.
 */
export async function checkPush(repo: string, env: Environment): Promise<Hub> {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo)) {
    throw new UserError(`Expected a dataset as OWNER/NAME, got ${JSON.stringify(repo)}.`);
  }
  const hub = await openHub(env);
  if (hub.access.accessToken !== undefined) return hub;
  throw new UserError(
    "Expected a token that may write datasets in HF_TOKEN, found none. Create one at https://huggingface.co/settings/tokens.",
  );
}

/**
 * Uploads the result of a finished pipeline run to a dataset of the Hugging Face Hub: rows, card,
 * definition and drawing. Creates a missing dataset as private. Throws a `UserError` if the run has
 * no result or the Hub refuses.
 *
 * @param directory the run's state folder
 * @param repo `OWNER/NAME`
 */
export async function pushRunToHub(
  directory: string,
  repo: string,
  env: Environment,
): Promise<Pushed> {
  const hub = await checkPush(repo, env);
  const files = await filesOf(directory);
  return askHub(repo, async () => push(hub, repo, files));
}

/**
 * Uploads the result of the latest run of a pipeline like `pushRunToHub`, with `HF_TOKEN` and
 * `HF_ENDPOINT` from the environment. Returns `undefined` if the run has not ended.
 */
export async function pushToHub(
  ostinato: Ostinato,
  name: string,
  repo: string,
): Promise<Pushed | undefined> {
  const { found, directory } = await findPresentRun(ostinato, name, {});
  if (found?.open === true || directory === undefined) return undefined;
  return pushRunToHub(directory, repo, process.env);
}

interface PushedFile {
  /** Path in the repository: the local name without the stamp. */
  readonly path: string;
  readonly content: Blob | URL;
}

async function filesOf(directory: string): Promise<readonly PushedFile[]> {
  const { card, pipelineYaml, pipelineDrawing, stamp } = runPaths(directory);
  const { leaves } = await readKeptPipeline(directory);
  const parquet = leaves.map((leaf) => leafFile(directory, leaf, "parquet"));
  const jsonl = leaves.map((leaf) => leafFile(directory, leaf, "jsonl"));
  const withoutStamp = (text: string): string => text.replaceAll(`${stamp}-`, "");
  const files: PushedFile[] = [
    { path: "README.md", content: new Blob([withoutStamp(await readFile(card, "utf8"))]) },
  ];
  for (const path of [...parquet, ...jsonl, pipelineYaml, pipelineDrawing]) {
    if (!(await isThere(path))) continue;
    files.push({ path: withoutStamp(basename(path)), content: pathToFileURL(path) });
  }
  return files;
}

async function push(
  { client, access }: Hub,
  name: string,
  files: readonly PushedFile[],
): Promise<Pushed> {
  const repo = { type: "dataset", name } as const;
  // This function is only called with a token.
  const credentials = { ...access, accessToken: access.accessToken ?? "" };
  if (!(await client.repoExists({ ...access, repo }))) {
    await client.createRepo({ ...credentials, repo, visibility: "private" });
  }
  const pushed = await client.uploadFiles({
    ...credentials,
    repo,
    files: files.map((file) => ({ ...file })),
    commitTitle: "Upload the result of an Ostinato pipeline",
  });
  if (!pushed) throw new Error("the Hub returned no commit");
  return { url: pushed.commit.url };
}
