import { env as environment } from "node:process";
import { resolve } from "node:path";

import type { JsonObject } from "../../domain/json/json.js";
import type { PipelineDefinition, StepDefinition } from "../../pipeline/definition/definition.js";
import { readRows } from "../../storage/rows/read-rows.js";
import type { ReadRowsOptions } from "../../storage/rows/read-rows.js";
import { isHubAddress } from "./hub-address.js";
import { pinHubAddress, readHubRows } from "./read-hub-rows.js";

type RowsAtOptions = Pick<ReadRowsOptions, "onPlace"> & {
  /** Folder for relative paths. @default the current folder */
  readonly folder?: string;
};

/** Reads the rows of a file, of a folder, or of a dataset of the Hugging Face Hub. */
export function rowsAt(
  place: string,
  { folder = ".", ...options }: RowsAtOptions = {},
): AsyncIterable<JsonObject> {
  if (isHubAddress(place)) return readHubRows(place, environment, options);
  return readRows(resolve(folder, place), options);
}

/**
 * Returns the definition with the current commits of its Hub datasets, so that a later run reads
 * the same rows.
 */
export async function pinHubSources(definition: PipelineDefinition): Promise<PipelineDefinition> {
  const steps: [string, StepDefinition][] = [];
  for (const [name, step] of Object.entries(definition.steps)) {
    steps.push([name, await pinned(step)]);
  }
  return { ...definition, steps: Object.fromEntries(steps) };
}

async function pinned(step: StepDefinition): Promise<StepDefinition> {
  if (step.use === "sample" && step.draw) {
    return { ...step, draw: { ...step.draw, file: await pinnedPlace(step.draw.file) } };
  }
  if (step.use !== "load" || step.file === undefined) return step;
  return { ...step, file: await pinnedPlace(step.file) };
}

/** Returns the place; a dataset of the Hub gets its current commit. */
export async function pinnedPlace(place: string): Promise<string> {
  return isHubAddress(place) ? pinHubAddress(place, environment) : place;
}
