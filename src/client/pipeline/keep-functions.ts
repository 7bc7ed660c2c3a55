import { openFunctions } from "../../pipeline/code/function-pool.js";
import { keepModules } from "../../pipeline/code/kept-modules.js";
import { functionUses } from "../../pipeline/function-uses.js";
import type { KeptColumns } from "../../storage/run/pipeline/kept-pipeline.js";
import type { GivenPipeline } from "./given-pipeline.js";

/** Bundles the user's modules, and loads them once to learn what they declare. */
export async function keepFunctions(
  { definition, folder }: GivenPipeline,
  staged: string,
): Promise<ReadonlyMap<string, KeptColumns>> {
  const uses = functionUses(definition);
  if (uses.length === 0) return new Map();
  await keepModules({ uses, base: folder }, staged);
  const pool = await openFunctions(staged);
  try {
    const facts = new Map<string, KeptColumns>();
    for (const use of uses) facts.set(use, await pool.facts(use));
    return facts;
  } finally {
    await pool.end();
  }
}
