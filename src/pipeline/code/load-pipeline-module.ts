import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../domain/failure/user-error.js";
import type { PipelineDefinition } from "../definition/definition.js";
import { functionNames, withModule } from "../definition/function-names.js";
import { parseDefinition } from "../definition/parse-definition.js";
import { openFunctions } from "./function-pool.js";
import { keepModules } from "./kept-modules.js";
import type { FunctionFacts } from "./user-function.js";

/** A pipeline that a module in TypeScript or JavaScript has as its default export. */
export interface LoadedPipeline {
  readonly definition: PipelineDefinition;
  /** The folder from which the definition names its modules and files. */
  readonly base: string;
  /** By `./steps.ts#words`: the facts that each function of the definition declares. */
  readonly functions: ReadonlyMap<string, FunctionFacts>;
}

/** True for the name of a file that `loadPipelineModule` can load. */
export function isPipelineModule(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path);
}

/** Loads a pipeline in a thread of its own. Throws a `UserError` for a module without one. */
export async function loadPipelineModule(path: string): Promise<LoadedPipeline> {
  const base = dirname(path);
  const file = `./${basename(path)}`;
  const raw = await withFunctions([`${file}#default`], base, async (functions) =>
    functions.pipelineOf(file),
  );
  if (raw === undefined) {
    throw new UserError(
      `${path} has no pipeline as its default export. Write: export default pipeline("name", (p) => …);`,
    );
  }
  const named = withModule(raw as unknown as PipelineDefinition, file);
  const parsed = parseDefinition(named as unknown as typeof raw);
  if (!parsed.definition) {
    const problems = parsed.problems.map(({ message }) => `  ${message}`);
    throw new UserError([`The pipeline of ${path} is not valid:`, ...problems].join("\n"));
  }
  const { definition } = parsed;
  return { definition, base, functions: await functionFacts(definition, base) };
}

/**
 * The facts that the functions of a definition declare, by `./steps.ts#words`. Throws a `UserError` for a module that
 * can't be loaded and for a function that is not there.
 */
export async function functionFacts(
  definition: PipelineDefinition,
  base: string,
): Promise<ReadonlyMap<string, FunctionFacts>> {
  const uses = functionNames(definition);
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
