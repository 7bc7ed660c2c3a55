import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The build of a worker's code. Two workers of the same build can replay each other's workflows.
 */
export interface WorkerBuild {
  /** Version of the package. */
  readonly version: string;
  /** Start of a hash of the built code. It distinguishes builds of one version. */
  readonly build: string;
}

/**
 * Returns the installed build, for the built package and for its sources. `npm run build` writes
 * it.
 */
export function installedBuild(): WorkerBuild {
  const here = fileURLToPath(import.meta.url);
  const root = join(dirname(here), "..", "..", "..");
  const path = here.endsWith(".ts") ? join(root, "dist", "build.json") : join(root, "build.json");
  if (!existsSync(path)) return { version: "unknown", build: "unknown" };
  // Only scripts/write-build.mjs writes it.
  return JSON.parse(readFileSync(path, "utf8")) as WorkerBuild;
}
