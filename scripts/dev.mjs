import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";
import { runNode } from "./run-node.mjs";

// Nothing bundles the worker again after a change, so the compiled one runs.
rmSync(join(root, "dist", "worker-bundle"), { recursive: true, force: true });
process.exitCode = await runNode([
  join("node_modules", "typescript-7", "bin", "tsc"),
  "-b",
  "--watch",
]);
