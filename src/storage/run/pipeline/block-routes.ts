import { createHash, randomBytes } from "node:crypto";
import { link, rm } from "node:fs/promises";
import { join } from "node:path";

import { computedOnce } from "../../../domain/computed.js";
import { errorCode } from "../../../domain/failure/error-code.js";
import { makeFolder } from "../../files/make-folder.js";
import { readJson } from "../../files/read-json.js";
import { writeJsonAtomically } from "../../files/write-atomically.js";

/** Chooses the steps that get the rows of a block. */
export type ChooseRoute = () => Promise<readonly string[]>;

/**
 * The routes of blocks of rows. Each block has a file in the run's folder, because its rows walk in
 * several processes and at different times.
 */
export class BlockRoutes {
  readonly #folder: string;
  /** Routes by the key of their block. */
  readonly #known = new Map<string, Promise<readonly string[]>>();

  constructor(directory: string) {
    this.#folder = join(directory, "routes");
  }

  /**
   * Returns the route of a block.
   *
   * @param key key of the router and the block
   * @param choose called once in this process, and not at all if another process has chosen
   */
  async of(key: string, choose: ChooseRoute): Promise<readonly string[]> {
    return computedOnce(this.#known, key, () => this.#find(key, choose));
  }

  async #find(key: string, choose: ChooseRoute): Promise<readonly string[]> {
    const name = createHash("sha256").update(key).digest("hex").slice(0, 32);
    const path = join(this.#folder, `${name}.json`);
    const known = await readRoute(path);
    if (known) return known;
    const chosen = await choose();
    await makeFolder(this.#folder);
    await writeFirst(path, chosen);
    // If two processes have chosen, the route counts whose file got the name first.
    return (await readRoute(path)) ?? chosen;
  }
}

async function readRoute(path: string): Promise<readonly string[] | undefined> {
  // The file is ours: only `writeFirst` writes it.
  return (await readJson(path)) as readonly string[] | undefined;
}

/** Writes a file that no process replaces. */
async function writeFirst(path: string, route: readonly string[]): Promise<void> {
  const own = `${path}.${randomBytes(4).toString("hex")}`;
  await writeJsonAtomically(own, route);
  try {
    await link(own, path);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  } finally {
    await rm(own, { force: true });
  }
}
