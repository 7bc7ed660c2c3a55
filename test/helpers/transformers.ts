import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../src/local-server/home/home.js";

const version = "4.3.1";

/**
 * Makes the optional package of local models one of `folder`'s. It is large (some 470 MB), so that
 * it is no dependency: it is installed once into the user's cache, as the Temporal CLI is.
 */
export async function giveTransformers(folder: string): Promise<void> {
  const cached = join(cacheFolder(process.env), `transformers-${version}`);
  if (!existsSync(cached)) await install(cached);
  symlinkSync(join(cached, "node_modules"), join(folder, "node_modules"));
}

async function install(cached: string): Promise<void> {
  mkdirSync(cacheFolder(process.env), { recursive: true });
  const fresh = mkdtempSync(`${cached}-`);
  // Its scripts would download what is for graphics cards alone.
  const given = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", fresh];
  await promisify(execFile)("npm", [...given, `@huggingface/transformers@${version}`]);
  try {
    renameSync(fresh, cached);
  } catch (error) {
    // Another test run was quicker.
    if (!existsSync(cached)) throw error;
    rmSync(fresh, { recursive: true });
  }
}
