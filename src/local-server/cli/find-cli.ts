import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../../domain/failure/error-code.js";
import { errorText } from "../../domain/failure/error-text.js";
import { buildCli } from "./build-cli.js";
import { cliArchive, cliVersion } from "./cli-release.js";
import { withLock } from "../home/exclusive-lock.js";
import { findExecutables } from "./find-executables.js";
import { cacheFolder } from "../home/home.js";
import type { OnServerProgress } from "../server/progress.js";
import { runProgram } from "./run-program.js";
import { ServerUnavailableError } from "../server/server-unavailable-error.js";

/**
 * The Temporal CLI contains the local server. It is looked up on the PATH, then in the cache.
 * Otherwise it is downloaded, or, if that fails and Go is installed, built. The binary is made in a
 * temporary folder of the cache and renamed after it has run, so the cache never contains an
 * incomplete binary. Only one process at a time makes it; other processes wait.
 */
export interface TemporalCli {
  readonly path: string;
  readonly source: "path" | "cache" | "download" | "go";
  /** Version of the Temporal server in the CLI, e.g. `1.29.1`. */
  readonly serverVersion: string;
}

export interface CliSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: OnServerProgress | undefined;
}

const versionTimeoutMs = 20_000;
const temporaryPrefix = ".temporal-cli-";

/**
 * Finds, downloads or builds the CLI. Throws a `ServerUnavailableError` that lists every attempt.
 */
export async function getTemporalCli({ env, onProgress }: CliSearch): Promise<TemporalCli> {
  const failures: string[] = [];
  const found = (await findOnPath(env, failures)) ?? (await findInCache(env, failures));
  if (found) return found;
  const cache = cacheFolder(env);
  const lock = {
    path: join(cache, `temporal-cli-${cliVersion}.lock`),
    onWait: () => {
      onProgress?.({ text: "Waiting for another process that gets the Temporal CLI" });
    },
  };
  const made = await withLock(
    lock,
    async () => (await findInCache(env, [])) ?? (await makeCli({ env, onProgress }, failures)),
  );
  if (made) return made;
  throw new ServerUnavailableError(
    [
      "Ostinato needs the Temporal CLI for its local server and could not get it:",
      ...failures.map((failure) => `  - ${failure}`),
      `Install it so that \`temporal\` is on the PATH (https://docs.temporal.io/cli), put the binary at ${cachedCli(env)}, ` +
        "or set TEMPORAL_ADDRESS to a Temporal server that runs.",
    ].join("\n"),
  );
}

/** Finds an existing CLI. Downloads and builds nothing. */
export async function findTemporalCli(
  env: Readonly<Record<string, string | undefined>>,
): Promise<TemporalCli | undefined> {
  return (await findOnPath(env, [])) ?? (await findInCache(env, []));
}

/** Returns the version of the server, as reported by the CLI. Throws if the CLI does not run. */
export async function serverVersionOf(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const output = await runProgram({ path, args: ["--version"], env, timeoutMs: versionTimeoutMs });
  const version = /\bServer (\d+\.\d+\.\d+[\w.-]*)/.exec(output)?.[1];
  if (version === undefined) {
    throw new Error(`\`${path} --version\` names no Temporal server: ${output.trim()}`);
  }
  return version;
}

function cachedCli(env: CliSearch["env"]): string {
  return join(cacheFolder(env), `temporal-cli-${cliVersion}`, "temporal");
}

async function findOnPath(
  env: CliSearch["env"],
  failures: string[],
): Promise<TemporalCli | undefined> {
  const candidates = findExecutables("temporal", env);
  if (candidates.length === 0) failures.push("on the PATH: no `temporal` there");
  for (const path of candidates) {
    try {
      return { path, source: "path", serverVersion: await serverVersionOf(path, env) };
    } catch (error) {
      failures.push(`on the PATH: ${errorText(error)}`);
    }
  }
  return undefined;
}

async function findInCache(
  env: CliSearch["env"],
  failures: string[],
): Promise<TemporalCli | undefined> {
  const path = cachedCli(env);
  try {
    return { path, source: "cache", serverVersion: await serverVersionOf(path, env) };
  } catch (error) {
    const absent = errorCode(error) === "ENOENT";
    failures.push(`in the cache: ${absent ? `no ${path}` : errorText(error)}`);
    return undefined;
  }
}

async function makeCli(search: CliSearch, failures: string[]): Promise<TemporalCli | undefined> {
  try {
    return await keep(search, "download", async (folder) => {
      const archive = cliArchive(search.env);
      if (!archive) {
        throw new Error(`there is no archive for ${process.platform} on ${process.arch}`);
      }
      // Loaded here because its libraries would slow down the start of every command.
      const { downloadCli } = await import("./download-cli.js");
      return downloadCli({ archive, folder, onProgress: search.onProgress });
    });
  } catch (error) {
    failures.push(`by download: ${errorText(error)}`);
    search.onProgress?.({ text: `The Temporal CLI can't be downloaded: ${errorText(error)}` });
  }
  try {
    return await keep(search, "go", (folder) => buildCli({ ...search, folder }));
  } catch (error) {
    failures.push(`by a build with Go: ${errorText(error)}`);
    return undefined;
  }
}

/** Makes the binary in a temporary folder, checks that it runs, and moves it into the cache. */
async function keep(
  { env }: CliSearch,
  source: "download" | "go",
  make: (folder: string) => Promise<string>,
): Promise<TemporalCli> {
  const cache = cacheFolder(env);
  // This process holds the lock, so any such folder belongs to a process that died.
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith(temporaryPrefix))) {
    rmSync(join(cache, name), { recursive: true, force: true });
  }
  const folder = join(cache, `${temporaryPrefix}${process.pid}`);
  mkdirSync(folder, { mode: 0o755 });
  try {
    const made = await make(folder);
    const serverVersion = await serverVersionOf(made, env);
    const path = cachedCli(env);
    mkdirSync(join(path, ".."), { recursive: true });
    renameSync(made, path);
    return { path, source, serverVersion };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
