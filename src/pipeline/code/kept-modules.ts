/**
 * The user's modules of a run in the run's folder. After a crash, the same code runs as at the
 * start.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { makeFolder } from "../../storage/files/make-folder.js";
import { writeAtomically, writeJsonAtomically } from "../../storage/files/write-atomically.js";
import { bundleModule } from "./bundle-module.js";
import type { Bundle } from "./bundle-module.js";
import type { ThreadModule } from "./function-task.js";

interface KeptModule {
  /** The part of a `use` before `#`, such as `./steps.ts`. */
  readonly file: string;
  /** Absolute path of the user's file. */
  readonly module: string;
  readonly sha256: string;
}

const folderName = "code";
const listName = "modules.json";

/** True for a folder that `keepModules` has filled. */
export function hasKeptModules(folder: string): boolean {
  return existsSync(join(folder, folderName, listName));
}

export interface ModuleUses {
  /** Functions of user code: `./steps.ts#words`. */
  readonly uses: readonly string[];
  /** Folder of the pipeline's file. The names of modules are relative to it. */
  readonly base: string;
  /** Path of the module that is imported as `ostinato`. @default the builder of pipelines */
  readonly builder?: string;
}

/**
 * Bundles the modules of functions into a run's folder. Safe to repeat. Throws a `UserError` for a
 * module that cannot be bundled.
 */
export async function keepModules(
  { uses, base, builder }: ModuleUses,
  folder: string,
): Promise<void> {
  const kept: KeptModule[] = [];
  for (const file of new Set(uses.map((use) => splitUse(use).file))) {
    const bundle = await bundleModule(resolve(base, file), builder);
    await keepBundle(bundle, folder);
    kept.push({ file, module: bundle.module, sha256: bundle.sha256 });
  }
  await makeFolder(join(folder, folderName));
  await writeJsonAtomically(join(folder, folderName, listName), kept);
}

/** Writes a bundle into a run's folder, under its hash, and returns its path. */
async function keepBundle({ code, sha256 }: Bundle, folder: string): Promise<string> {
  const path = bundlePath(folder, sha256);
  await makeFolder(join(folder, folderName));
  await writeAtomically(path, code);
  return path;
}

export async function keptModules(folder: string): Promise<readonly ThreadModule[]> {
  const text = await readFile(join(folder, folderName, listName), "utf8");
  // The file is ours: only `keepModules` writes it.
  const kept = JSON.parse(text) as readonly KeptModule[];
  return kept.map(({ file, module, sha256 }) => ({
    file,
    module,
    bundle: bundlePath(folder, sha256),
  }));
}

/** Splits `./steps.ts#words` into file and name. */
export function splitUse(use: string): { readonly file: string; readonly name: string } {
  const at = use.lastIndexOf("#");
  return { file: use.slice(0, at), name: use.slice(at + 1) };
}

function bundlePath(folder: string, sha256: string): string {
  return resolve(folder, folderName, `${sha256}.mjs`);
}
