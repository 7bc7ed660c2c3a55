import { discardStaged, forgottenInputs } from "../../storage/data-folder.js";
import type { DataFolder } from "../../storage/data-folder.js";
import { openExperiments } from "../status/find-experiment.js";
import type { Ostinato } from "../connection/ostinato.js";

/**
 * Cleans up staged inputs of commands that died before their start. Does nothing while an
 * experiment is being prepared, because it may need its staged input.
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
    // If a file cannot be moved back, for example because its folder is gone, it stays. Other
    // starts continue.
    await discardStaged(path).catch(() => undefined);
  }
}
