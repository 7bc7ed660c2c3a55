import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";
import { runNode } from "./run-node.mjs";

// Nothing bundles again after a change, so the compiled worker and CLI run.
for (const folder of ["worker-bundle", "cli-bundle"]) {
  rmSync(join(root, "dist", folder), { recursive: true, force: true });
}
process.exitCode = await runNode([
  join("node_modules", "typescript-7", "bin", "tsc"),
  "-b",
  "--watch",
]);
