import { join } from "node:path";
import { readJson } from "../files/read-json.js";
import { writeJsonAtomically } from "../files/write-atomically.js";

/** Content of `dropped.json`: the models that a person has dropped from a run. */
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

/** Returns each `<api>/<model>` that gets no more calls. */
export async function readDroppedModels(directory: string): Promise<readonly string[]> {
  // The file is ours: only `dropModel` writes it.
  const kept = (await readJson(fileIn(directory))) as KeptDrops | undefined;
  return kept?.targets ?? [];
}

function fileIn(directory: string): string {
  return join(directory, "dropped.json");
}
