import { discardStaged, forgottenInputs } from "../../storage/data-folder.js";
import type { DataFolder } from "../../storage/data-folder.js";
import { openExperiments } from "../status/find-experiment.js";
import type { Ostinato } from "../connection/ostinato.js";

/**
 * Undoes the staging of commands that died before their start. Does nothing while an experiment is not prepared yet: it
 * may need what lies there.
 */
export async function clearIncoming(
  { client }: Ostinato,
  folder: DataFolder,
  nowMs: number,
): Promise<void> {
  const forgotten = await forgottenInputs(folder, nowMs);
  if (forgotten.length === 0) return;
  for await (const { memo } of openExperiments(client)) {
    if (memo.directory === undefined) return;
  }
  for (const path of forgotten) {
    // Where it can't go back, its folder gone for instance, it stays: no reason to refuse another start.
    await discardStaged(path).catch(() => undefined);
  }
}
