import { setTimeout as sleep } from "node:timers/promises";
import { loadCatalogue } from "../src/providers/prices/catalogue.js";
import { loadProvider } from "../src/providers/registry/registry.js";

/**
 * API that most experiments call. Its client and the prices take 0.2 s of processor time to load.
 */
const usualApi = "openai";
/** Delay in ms. Work that waits for the worker goes first. */
const afterMs = 500;

/**
 * Loads modules that the first experiment of a worker would otherwise wait for. A failure is not
 * reported, because the experiment loads them again.
 */
export async function warmUp(): Promise<void> {
  await sleep(afterMs, undefined, { ref: false });
  try {
    const provider = await loadProvider(usualApi);
    await provider.warmUp?.();
    const findListed = await loadCatalogue();
    findListed({ model: "gpt-4o", vendor: { name: usualApi }, atMs: Date.now() });
  } catch {
    // The first call reports the failure.
  }
}
