/** The files of a flow: its folder, and the files that `additional_includes` adds. */
import { readFile } from "node:fs/promises";
import { basename, join, posix, resolve, sep } from "node:path";
import { statIfThere } from "../../storage/files/stat-if-there.js";
import type { Include } from "./flow-reading.js";

export class FlowFolder {
  /** Absolute path of the flow's folder. */
  readonly folder: string;
  readonly includes: readonly Include[];

  constructor(folder: string, includes: readonly Include[] = []) {
    this.folder = resolve(folder);
    this.includes = includes;
  }

  /** Returns the text of a file of the flow; `undefined` if the file does not exist. */
  async text(file: string): Promise<string | undefined> {
    const path = await this.find(file);
    return path === undefined ? undefined : readFile(path, "utf8");
  }

  /** Returns the absolute path of a file of the flow. An include replaces a file of the folder. */
  async find(file: string): Promise<string | undefined> {
    const name = posix.normalize(file.split(sep).join("/"));
    for (const { from, to } of [...this.includes].reverse()) {
      if (name !== to && !name.startsWith(`${to}/`)) continue;
      const path = join(from, name.slice(to.length));
      if (await isFile(path)) return path;
    }
    const path = resolve(this.folder, name);
    return (await isFile(path)) ? path : undefined;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await statIfThere(path))?.isFile() ?? false;
}

/** Returns an entry of `additional_includes`; `undefined` if it does not exist. */
export async function includeOf(folder: string, entry: string): Promise<Include | undefined> {
  const from = resolve(folder, entry);
  const found = await statIfThere(from);
  return found ? { from, to: basename(from) } : undefined;
}
