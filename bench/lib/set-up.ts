import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../test/helpers/free-port.js";

/** A separate Ostinato set-up with its own folder, home, port and keys. */
export interface SetUp {
  /** Current folder of every command. All other paths are below it. */
  readonly folder: string;
  readonly home: string;
  readonly dataFolder: string;
  readonly envFile: string;
  /** Port of the local Temporal server. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

export interface ApiAccess {
  readonly baseUrl: string;
  readonly key: string;
}

export async function createSetUp(access: ApiAccess): Promise<SetUp> {
  const folder = await mkdtemp(join(tmpdir(), "ostinato-bench-"));
  const home = join(folder, "home");
  const port = await freePort();
  const setUp: SetUp = {
    folder,
    home,
    dataFolder: join(folder, "data"),
    envFile: join(folder, ".env"),
    port,
    env: { ...ownEnvironment(), OSTINATO_HOME: home, OSTINATO_TEMPORAL_PORT: port.toString() },
  };
  await writeAccess(setUp, access);
  return setUp;
}

/** Writes the environment file that a worker reads at the start and at each `resume`. */
export async function writeAccess(setUp: SetUp, { baseUrl, key }: ApiAccess): Promise<void> {
  await writeFile(setUp.envFile, `OPENAI_API_KEY=${key}\nOPENAI_BASE_URL=${baseUrl}\n`);
}

export async function removeSetUp(setUp: SetUp): Promise<void> {
  await rm(setUp.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

/**
 * Returns the environment of this process without variables that refer to another set-up, key or
 * worker.
 */
function ownEnvironment(): Record<string, string> {
  const foreign = /^(OSTINATO_(?!CACHE$|TEMPORAL_CLI_URL$)|TEMPORAL_|OPENAI_|VITEST|NODE_OPTIONS$)/;
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !foreign.test(entry[0]),
  );
  return Object.fromEntries(entries);
}
