// `npm run bench NAME [ARGUMENTS]` runs bench/NAME.ts on the built product. Without a name it lists
// the benches.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled } from "./ensure-installed.mjs";
import { root } from "./root.mjs";
import { runNode } from "./run-node.mjs";

const [name, ...rest] = process.argv.slice(2);
if (name !== undefined && existsSync(join(root, "bench", `${name}.ts`))) {
  ensureInstalled();
  const { build } = await import("./build.mjs");
  await build();
  process.exitCode = await runNode(["--import", "tsx", `bench/${name}.ts`, ...rest]);
} else {
  const names = readdirSync(join(root, "bench"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length));
  console.error(`Usage: npm run bench NAME, where NAME is one of: ${names.join(", ")}`);
  process.exitCode = 2;
}
