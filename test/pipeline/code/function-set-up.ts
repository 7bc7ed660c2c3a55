import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openFunctions } from "../../../src/pipeline/code/function-pool.js";
import type { FunctionPool } from "../../../src/pipeline/code/function-pool.js";
import { keepModules } from "../../../src/pipeline/code/kept-modules.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

export interface FunctionSetUp {
  readonly functions: FunctionPool;
  readonly base: string;
  readonly folder: string;
}

/** The functions of a module `steps.ts` with this text. */
export async function functionsOf(
  text: string,
  files: Readonly<Record<string, string>> = {},
): Promise<FunctionSetUp> {
  const base = temporaryFolder();
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries({ ...files, "steps.ts": text }))
    writeFileSync(join(base, name), content);
  await keepModules({ uses: ["./steps.ts#any"], base }, folder);
  const functions = await openFunctions(folder, { mostHeapMb: 64, mostThreads: 1 });
  onTestFinished(async () => functions.end());
  return { functions, base, folder };
}
