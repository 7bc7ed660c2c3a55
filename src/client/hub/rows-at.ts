import { env as environment } from "node:process";
import { resolve } from "node:path";

import type { JsonObject } from "../../domain/json/json.js";
import type { PipelineDefinition, StepDefinition } from "../../pipeline/definition/definition.js";
import { readRows } from "../../storage/rows/read-rows.js";
import { isHubAddress } from "./hub-address.js";
import { pinHubAddress, readHubRows } from "./read-hub-rows.js";

/**
 * Reads the rows of a file, of a folder, or of a dataset of the Hugging Face Hub.
 *
 * @param folder what relative paths are relative to
 */
export function rowsAt(place: string, folder = "."): AsyncIterable<JsonObject> {
  return isHubAddress(place) ? readHubRows(place, environment) : readRows(resolve(folder, place));
}

/** The definition with the commits of its datasets of the Hub, so that it reads the same rows again. */
export async function pinHubSources(definition: PipelineDefinition): Promise<PipelineDefinition> {
  const steps: [string, StepDefinition][] = [];
  for (const [name, step] of Object.entries(definition.steps)) {
    const isHub = step.use === "load" && step.file !== undefined && isHubAddress(step.file);
    steps.push([
      name,
      isHub ? { ...step, file: await pinHubAddress(step.file, environment) } : step,
    ]);
  }
  return { ...definition, steps: Object.fromEntries(steps) };
}
