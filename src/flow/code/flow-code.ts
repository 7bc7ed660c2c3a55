/**
 * The TypeScript and JavaScript modules of a flow in the run's folder. After a crash, the same code
 * runs as at the start.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { keepModules } from "../../pipeline/code/kept-modules.js";

export interface FlowFiles {
  /** Paths of files relative to the flow's folder, with `/`. */
  readonly files: readonly string[];
  /** Path of the flow's folder. */
  readonly base: string;
}

/**
 * Bundles the modules of a flow into a run's folder. Safe to repeat. Throws a `UserError` for a
 * module that cannot be bundled.
 */
export async function keepFlowCode({ files, base }: FlowFiles, folder: string): Promise<void> {
  const uses = files.map((file) => `./${plainFile(file)}#default`);
  await keepModules({ uses, base, builder: builderPath() }, folder);
}

/** Returns a file's name without `./`. */
export function plainFile(file: string): string {
  return file.replace(/^\.\//, "");
}

/** Returns the path of the builder in the built package or in its sources. */
function builderPath(): string {
  const built = fileURLToPath(new URL("../builder/index.js", import.meta.url));
  return existsSync(built) ? built : built.replace(/\.js$/, ".ts");
}
