import { join } from "node:path";
import { canonicalJson } from "../../domain/json/canonical-json.js";
import { isJsonObject } from "../../domain/json/json.js";
import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import type { PipelineDefinition } from "../../pipeline/definition/definition.js";
import { readKeptPipeline } from "../../storage/run/pipeline/kept-pipeline.js";
import { readInputLines } from "../../storage/input/input-lines.js";
import { newestRuns } from "../../storage/run/newest-runs.js";
import { runPaths } from "../../storage/run/run-folder.js";
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

export interface FoundSteps {
  /** By step. */
  readonly evidence: WalkedRows["evidence"];
  /** Texts of the rows whose answers a start reuses: none if the pipeline has changed. */
  readonly rows: ReadonlySet<string>;
}

/** Returns the evidence about steps from the newest finished run of the name. */
export async function findSteps(of: EvidenceOfSteps): Promise<FoundSteps> {
  const { name, dataFolder, definition, ...search } = of;
  for await (const { manifest, directory } of newestRuns({ output: join(dataFolder, "output") })) {
    const isRows = manifest.groups.some(({ targets }) => targets !== undefined);
    if (manifest.settings.name !== name || !isRows) continue;
    const evidence = await readSteps({ directory, ...search });
    if (!definition) return { evidence, rows: new Set() };
    const kept = (await readKeptPipeline(directory)).definition;
    // A definition is JSON by its schema.
    const now = definition as unknown as JsonObject;
    const isSame = ["steps", "edges"].every((key) => isEqual(kept[key], now[key]));
    return {
      evidence: new Map([...evidence].filter(([step]) => isUnchanged(step, kept, now))),
      rows: isSame ? await rowsOf(directory) : new Set(),
    };
  }
  return { evidence: new Map(), rows: new Set() };
}

function isUnchanged(step: string, kept: JsonObject, now: JsonObject): boolean {
  const [before, after] = [kept["steps"], now["steps"]];
  return isJsonObject(before) && isJsonObject(after) && isEqual(before[step], after[step]);
}

function isEqual(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return canonicalJson(one ?? null) === canonicalJson(other ?? null);
}

async function rowsOf(directory: string): Promise<ReadonlySet<string>> {
  const rows = new Set<string>();
  for await (const { text } of readInputLines(runPaths(directory).input)) rows.add(text);
  return rows;
}
