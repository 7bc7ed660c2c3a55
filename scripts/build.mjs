import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildPage } from "./build-page.mjs";
import { buildCliBundle } from "./bundles/build-cli-bundle.mjs";
import { buildWorkerBundle } from "./bundles/build-worker-bundle.mjs";
import { buildWorkflowBundle } from "./bundles/build-workflow-bundle.mjs";
import { ensureInstalled } from "./ensure-installed.mjs";
import { root } from "./root.mjs";
import { runNode } from "./run-node.mjs";
import { writeBuild } from "./write-build.mjs";

/**
 * Compiles changed code, then bundles the workflows if they changed, the worker, the CLI and the page. Exits with the
 * compiler's code on errors.
 */
export async function build() {
  const code = await runNode([join("node_modules", "typescript-7", "bin", "tsc"), "-b"]);
  if (code !== 0) process.exit(code);
  const cli = join(root, "dist", "cli", "main.js");
  if (existsSync(cli)) chmodSync(cli, 0o755);
  await buildWorkflowBundle();
  await buildWorkerBundle();
  await buildCliBundle();
  await buildPage();
  writeBuild();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  ensureInstalled();
  await build();
}
