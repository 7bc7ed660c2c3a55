import { join } from "node:path";
import { Mutex } from "async-mutex";
import type { Manifest } from "../../domain/experiment/experiment.js";
import { readJson } from "../files/read-json.js";
import { writeJsonAtomically } from "../files/write-atomically.js";

/**
 * Content of `max-cost.json`: the sum that `resume --max-cost` has set for a running experiment.
 */
interface KeptMaxCost {
  /** Dollars. */
  readonly maxCost: number;
  /** Number of this change among those of the experiment, from 1. Earlier versions write none. */
  readonly change?: number;
}

/** Held by the process's current write, because a write reads what the one before has written. */
const writing = new Mutex();

/** Saves the sum, unless the file has that of a later change. Safe to repeat. */
export async function writeMaxCost(directory: string, kept: KeptMaxCost): Promise<void> {
  await writing.runExclusive(async () => writeUnlessLater(directory, kept));
}

async function writeUnlessLater(directory: string, kept: KeptMaxCost): Promise<void> {
  const earlier = await readKept(directory);
  if (kept.change !== undefined && (earlier?.change ?? 0) > kept.change) return;
  await writeJsonAtomically(fileIn(directory), kept);
}

/** Returns the dollars that a run may spend now; `undefined` without a limit. */
export async function readMaxCost(
  directory: string,
  { settings }: Pick<Manifest, "settings">,
): Promise<number | undefined> {
  return (await readKept(directory))?.maxCost ?? settings.maxCost;
}

async function readKept(directory: string): Promise<KeptMaxCost | undefined> {
  // The file is ours: only `writeMaxCost` writes it.
  return (await readJson(fileIn(directory))) as KeptMaxCost | undefined;
}

function fileIn(directory: string): string {
  return join(directory, "max-cost.json");
}
