import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a worker's code is. Two workers of one build replay each other's workflows. */
export interface WorkerBuild {
  /** Of the package. */
  readonly version: string;
  /** Start of a hash of the built code: tells builds of one version apart. */
  readonly build: string;
}

/** The build that is installed, for the built package and for its sources alike. `npm run build` writes it. */
export function installedBuild(): WorkerBuild {
  const here = fileURLToPath(import.meta.url);
  const root = join(dirname(here), "..", "..", "..");
  const path = here.endsWith(".ts") ? join(root, "dist", "build.json") : join(root, "build.json");
  if (!existsSync(path)) return { version: "unknown", build: "unknown" };
  // Written whole by scripts/write-build.mjs alone.
  return JSON.parse(readFileSync(path, "utf8")) as WorkerBuild;
}
