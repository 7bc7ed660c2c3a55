import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { defined } from "../../domain/defined.js";
import type { Environment } from "../../domain/environment.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { JsonObject } from "../../domain/json/json.js";
import { cacheFolder } from "../../local-server/home/home.js";
import { isThere } from "../../storage/files/is-there.js";
import { readRows } from "../../storage/rows/read-rows.js";
import type { ReadRowsOptions } from "../../storage/rows/read-rows.js";
import { isRowFile } from "../../storage/rows/row-files.js";
import { hubAddressText, parseHubAddress } from "./hub-address.js";
import type { HubAddress } from "./hub-address.js";
import { askHub, openHub } from "./open-hub.js";
import type { Hub } from "./open-hub.js";

/**
 * Returns the address with the current commit of its revision. Throws a `UserError` if the Hub does
 * not answer or the dataset does not exist.
 */
export async function pinHubAddress(text: string, env: Environment): Promise<string> {
  const address = parseHubAddress(text);
  if (/^[0-9a-f]{40}$/.test(address.revision ?? "")) return hubAddressText(address);
  const { client, access } = await openHub(env);
  const { sha } = await askHub(address.repo, async () =>
    client.datasetInfo({
      ...access,
      ...defined({ revision: address.revision }),
      name: address.repo,
      additionalFields: ["sha"],
    }),
  );
  return hubAddressText({ ...address, revision: sha });
}

/**
 * Reads the rows of a dataset's files, in the order of the files' paths. Each file is downloaded
 * completely first and cached by its commit, so later reads download nothing. Files of other
 * formats are ignored. Throws a `UserError` if a file cannot be read.
 */
export async function* readHubRows(
  text: string,
  env: Environment,
  { onPlace }: Pick<ReadRowsOptions, "onPlace"> = {},
): AsyncGenerator<JsonObject, void, undefined> {
  const address = parseHubAddress(text);
  const hub = await openHub(env);
  const { revision = "" } = parseHubAddress(await pinHubAddress(text, env));
  const folder = join(cacheFolder(env), "hub", hostOf(hub), ...address.repo.split("/"), revision);
  for (const path of await rowPaths(hub, address, revision)) {
    const local = localPath(folder, path);
    if (!(await isThere(local))) {
      await askHub(address.repo, async () => download(hub, { ...address, revision, path }, local));
    }
    yield* namingRemote(local, hubAddressText({ ...address, path }), onPlace);
  }
}

function hostOf({ access: { hubUrl = "https://huggingface.co" } }: Hub): string {
  return new URL(hubUrl).host.replace(":", "-");
}

/**
 * Returns the path of a file in the cache folder. The path in the repository comes from the server,
 * and must not lead out of the cache folder.
 */
function localPath(folder: string, path: string): string {
  const local = resolve(folder, path);
  if (local.startsWith(`${folder}${sep}`)) return local;
  throw new UserError(`Expected a file below the dataset's folder, got ${JSON.stringify(path)}.`);
}

async function* namingRemote(
  local: string,
  remote: string,
  onPlace: ReadRowsOptions["onPlace"],
): AsyncGenerator<JsonObject, void, undefined> {
  const named = (message: string): string =>
    message.replaceAll(JSON.stringify(local), JSON.stringify(remote));
  try {
    yield* readRows(local, onPlace ? { onPlace: (place) => onPlace(named(place)) } : {});
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(named(error.message), { cause: error });
  }
}

/** @param commit commit of the address's revision */
async function rowPaths(hub: Hub, address: HubAddress, commit: string): Promise<readonly string[]> {
  const { repo, path } = address;
  const paths = await askHub(repo, async () => filePaths(hub, repo, commit));
  const wanted = paths
    .filter((each) => path === undefined || each === path || each.startsWith(`${path}/`))
    .filter(isRowFile)
    .sort();
  if (wanted.length === 0) {
    throw new UserError(
      `Expected files of rows at ${JSON.stringify(hubAddressText(address))}, found none.`,
    );
  }
  const splits = [...new Set(wanted.flatMap(splitsOf))];
  if (splits.length <= 1) return wanted;
  throw new UserError(
    `Expected files of one split at ${JSON.stringify(hubAddressText(address))}, found ${splits.join(", ")}. Name a folder or a file, such as ${hubAddressText({ ...address, path: wanted[0] ?? "" })}.`,
  );
}

async function filePaths(
  { client, access }: Hub,
  name: string,
  revision: string,
): Promise<string[]> {
  const paths: string[] = [];
  const listing = client.listFiles({
    ...access,
    revision,
    repo: { type: "dataset", name },
    recursive: true,
  });
  for await (const { type, path } of listing) if (type === "file") paths.push(path);
  return paths;
}

/** Returns the splits that the Hub recognizes in the names of files and folders. */
function splitsOf(path: string): readonly string[] {
  return path.toLowerCase().match(/(?<![a-z])(?:train|test|validation|dev)(?![a-z])/g) ?? [];
}

async function download({ client, access }: Hub, address: HubAddress, to: string): Promise<void> {
  const { repo, path = "", revision } = address;
  const blob = await client.downloadFile({
    ...access,
    ...defined({ revision }),
    repo: { type: "dataset", name: repo },
    path,
  });
  if (!blob) throw new Error(`it has no file ${JSON.stringify(path)}`);
  const part = `${to}.${process.pid}.tmp`;
  await mkdir(dirname(to), { recursive: true });
  try {
    await pipeline(Readable.fromWeb(blob.stream()), createWriteStream(part));
    await rename(part, to);
  } finally {
    await rm(part, { force: true });
  }
}
