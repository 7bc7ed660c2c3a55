import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { JsonObject } from "../../domain/json/json.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { PipelineDefinition } from "../definition/definition.js";
import { withModule } from "../definition/with-module.js";
import { parseDefinition } from "../definition/parse-definition.js";
import { functionUses } from "../function-uses.js";
import { openFunctions } from "./function-pool.js";
import { keepModules } from "./kept-modules.js";
import type { FunctionFacts } from "./user-function.js";

/** A pipeline from a module, with the folder for its files. */
export interface LoadedPipeline {
  readonly definition: PipelineDefinition;
  /** Absolute path. Paths in the definition are relative to it. */
  readonly folder: string;
  /** JSON Schema for the rows of each source. */
  readonly schemas: Readonly<Record<string, JsonObject>>;
}

/** True for the name of a file that `loadPipelineModule` can load. */
export function isPipelineModule(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path);
}

/** Loads a pipeline in a separate thread. Throws a `UserError` for a module without a pipeline. */
export async function loadPipelineModule(path: string): Promise<LoadedPipeline> {
  const folder = dirname(resolve(path));
  const file = `./${basename(path)}`;
  const found = await withFunctions([`${file}#default`], folder, async (functions) =>
    functions.pipelineOf(file),
  );
  if (found === undefined) {
    throw new UserError(
      `${path} has no pipeline as its default export. Write: export default pipeline("name", (p) => …);`,
    );
  }
  // The builder makes definitions, which are checked as JSON on the next line.
  const named = withModule(found.definition as unknown as PipelineDefinition, file);
  const parsed = parseDefinition(named as unknown as JsonObject);
  if (!parsed.definition) {
    const problems = parsed.problems.map(({ message }) => `  ${message}`);
    throw new UserError([`The pipeline of ${path} is not valid:`, ...problems].join("\n"));
  }
  return { definition: parsed.definition, folder, schemas: found.schemas };
}

/**
 * Returns the facts that the functions of a definition declare, by the function's `use`, e.g.
 * `./steps.ts#words`. Throws a `UserError` for a module that cannot be loaded and for a missing
 * function.
 */
export async function functionFacts(
  definition: PipelineDefinition,
  base: string,
): Promise<ReadonlyMap<string, FunctionFacts>> {
  const uses = functionUses(definition);
  if (uses.length === 0) return new Map();
  return withFunctions(uses, base, async (functions) => {
    const facts = new Map<string, FunctionFacts>();
    for (const use of uses) facts.set(use, await functions.facts(use));
    return facts;
  });
}

async function withFunctions<Result>(
  uses: readonly string[],
  base: string,
  work: (functions: Awaited<ReturnType<typeof openFunctions>>) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "ostinato-code-"));
  try {
    await keepModules({ uses, base }, folder);
    const functions = await openFunctions(folder, { mostThreads: 1 });
    try {
      return await work(functions);
    } finally {
      await functions.end();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
