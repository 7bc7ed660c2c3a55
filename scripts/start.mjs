// `npm start`: from a fresh clone to a finished example. Needs only Node and npm.
import { ensureInstalled } from "./ensure-installed.mjs";
import { runNode } from "./run-node.mjs";

ensureInstalled();
process.stderr.write("Compiling what has changed …\n");
const { build } = await import("./build.mjs");
await build();
process.exitCode = await runNode([
  "dist/cli/main.js",
  "run",
  "examples/hello.jsonl",
  "--max-queries",
  "200",
  ...process.argv.slice(2),
]);
