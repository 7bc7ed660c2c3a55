import { open } from "node:fs/promises";
import { tokensOfApi } from "../../providers/registry/registry.js";
import { summarize } from "../../report/summary.js";
import type { Summary } from "../../report/summary.js";

/**
 * Summarizes a completed file: outcomes, failures by type, tokens by model, latencies. Uses
 * constant memory.
 */
export async function summarizeFile(path: string): Promise<Summary> {
  const file = await open(path);
  return summarize(file.readLines(), tokensOfApi);
}
