import { join } from "node:path";
import { canonicalJson } from "../../domain/json/canonical-json.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject } from "../../domain/json/json.js";
import type { PipelineDefinition } from "../../pipeline/definition/definition.js";
import { readKeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";
import { newestRuns } from "../../storage/run/newest-runs.js";
import type { WalkedRows } from "./plan-steps.js";
import { readSteps } from "./read-steps.js";
import type { StepSearch } from "./read-steps.js";

export interface EvidenceOfSteps extends Omit<StepSearch, "directory"> {
  /** Name of the experiment. */
  readonly name: string;
  readonly dataFolder: string;
  /** Set for a pipeline: steps that have changed since tell nothing. */
  readonly definition?: PipelineDefinition;
}

/** Returns the evidence about steps from the newest finished run of the name. */
export async function findSteps(of: EvidenceOfSteps): Promise<WalkedRows["evidence"]> {
  const { name, dataFolder, definition, ...search } = of;
  for await (const { manifest, directory } of newestRuns({ output: join(dataFolder, "output") })) {
    const isRows = manifest.groups.some(({ targets }) => targets !== undefined);
    if (manifest.settings.name !== name || !isRows) continue;
    const evidence = await readSteps({ directory, ...search });
    return definition ? unchanged(evidence, { definition, directory }) : evidence;
  }
  return new Map();
}

async function unchanged(
  evidence: WalkedRows["evidence"],
  {
    definition,
    directory,
  }: { readonly definition: PipelineDefinition; readonly directory: string },
): Promise<WalkedRows["evidence"]> {
  const kept = (await readKeptPipeline(directory)).definition["steps"];
  if (!isJsonObject(kept)) return new Map();
  // A definition is JSON by its schema.
  const steps = definition.steps as unknown as JsonObject;
  const isSame = (step: string): boolean =>
    canonicalJson(kept[step] ?? null) === canonicalJson(steps[step] ?? null);
  return new Map([...evidence].filter(([step]) => isSame(step)));
}
