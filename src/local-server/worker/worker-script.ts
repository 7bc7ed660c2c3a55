import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The program of a worker's process, for the built package and for its sources: the bundled worker,
 * which starts 0.4 s sooner, or the compiled one if nothing was bundled.
 */
export function workerScript(): string {
  const here = fileURLToPath(import.meta.url);
  const root = join(dirname(here), "..", "..", "..");
  const built = here.endsWith(".ts") ? join(root, "dist") : root;
  const bundled = join(built, "worker-bundle", "main.js");
  return existsSync(bundled) ? bundled : join(built, "worker", "main.js");
}
