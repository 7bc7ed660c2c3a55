import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode, DefaultLogger } from "@temporalio/worker";
import { repository } from "../../bench/lib/repository.js";

export interface WorkflowBundle {
  readonly code: string;
}

const cache = join(repository, "node_modules/.cache/ostinato");

/**
 * Bundles the workflows, or reads the bundle that another test file made of the same sources. A
 * bundle takes about 4 s of processor time.
 */
export async function bundleWorkflows(): Promise<WorkflowBundle> {
  const file = join(cache, `workflows-${sumOfSources()}.js`);
  try {
    return { code: readFileSync(file, "utf8") };
  } catch {
    const workflowsPath = join(repository, "workflows");
    const { code } = await bundleWorkflowCode({
      workflowsPath,
      // All workflows share the evaluated modules, as in the product's bundle.
      preloadModules: [workflowsPath],
      logger: new DefaultLogger("WARN"),
    });
    mkdirSync(cache, { recursive: true });
    const unfinished = `${file}.${process.pid.toString()}`;
    writeFileSync(unfinished, code);
    renameSync(unfinished, file);
    return { code };
  }
}

function sumOfSources(): string {
  const hash = createHash("sha256");
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  // Stands for the bundler and for the packages in the bundle.
  hash.update(readFileSync(join(repository, "package-lock.json")));
  for (const folder of ["workflows", "src/domain"]) {
    const files = readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" });
    for (const file of files.filter((name) => name.endsWith(".ts")).sort()) {
      hash.update(file).update(readFileSync(join(repository, folder, file)));
    }
  }
  return hash.digest("hex");
}
