import { join } from "node:path";
import type { Manifest } from "../../domain/experiment/experiment.js";
import { readJson } from "../files/read-json.js";
import { writeJsonAtomically } from "../files/write-atomically.js";

/**
 * Content of `max-cost.json`: the sum that `resume --max-cost` has set for a running experiment.
 */
interface KeptMaxCost {
  readonly maxCost: number;
}

/** Saves the sum, in dollars. Safe to repeat. */
export async function writeMaxCost(directory: string, maxCost: number): Promise<void> {
  const kept: KeptMaxCost = { maxCost };
  await writeJsonAtomically(fileIn(directory), kept);
}

/** Returns the dollars that a run may spend now; `undefined` without a limit. */
export async function readMaxCost(
  directory: string,
  { settings }: Pick<Manifest, "settings">,
): Promise<number | undefined> {
  // The file is ours: only `writeMaxCost` writes it.
  const kept = (await readJson(fileIn(directory))) as KeptMaxCost | undefined;
  return kept?.maxCost ?? settings.maxCost;
}

function fileIn(directory: string): string {
  return join(directory, "max-cost.json");
}
