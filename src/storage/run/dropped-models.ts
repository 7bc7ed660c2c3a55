import { join } from "node:path";
import { readJson } from "../files/read-json.js";
import { writeJsonAtomically } from "../files/write-atomically.js";

/** `dropped.json`: the models that a person has dropped from a run. */
interface KeptDrops {
  /** `<api>/<model>` */
  readonly targets: readonly string[];
}

/** Adds a model. Safe to repeat. */
export async function dropModel(directory: string, target: string): Promise<void> {
  const targets = new Set([...(await readDroppedModels(directory)), target]);
  const kept: KeptDrops = { targets: [...targets] };
  await writeJsonAtomically(fileIn(directory), kept);
}

/** The `<api>/<model>` that get no more calls. */
export async function readDroppedModels(directory: string): Promise<readonly string[]> {
  // Only dropModel writes it.
  const kept = (await readJson(fileIn(directory))) as KeptDrops | undefined;
  return kept?.targets ?? [];
}

function fileIn(directory: string): string {
  return join(directory, "dropped.json");
}
