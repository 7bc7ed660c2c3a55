// `npm run verify`: all checks of the code without a server. Runs every check, then lists the
// failed ones. With --built, nothing is built.
import { spawn } from "node:child_process";
import { ensureInstalled } from "./ensure-installed.mjs";
import { root } from "./root.mjs";

ensureInstalled();
if (!process.argv.includes("--built")) {
  const { build } = await import("./build.mjs");
  await build();
}

const checks = ["lint", "types", "format:check", "boundaries", "unused", "bundle", "package-shape"];
const failures = [];
await Promise.all([runNext(), runNext()]);
console.log(
  failures.length === 0
    ? "All checks passed."
    : `Failed: ${failures.join(", ")}. Try each alone: npm run <check>`,
);
process.exitCode = failures.length === 0 ? 0 : 1;

async function runNext() {
  for (let check = checks.shift(); check !== undefined; check = checks.shift()) {
    const startedAt = Date.now();
    const { code, output } = await run(check);
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    console.log(`${code === 0 ? "ok    " : "FAILED"} ${check.padEnd(14)} ${seconds.padStart(5)} s`);
    if (code === 0) continue;
    failures.push(check);
    console.log(output);
  }
}

function run(check) {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", ["run", "--silent", check], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    const output = [];
    child.stdout.on("data", (part) => output.push(part));
    child.stderr.on("data", (part) => output.push(part));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: Buffer.concat(output).toString() }));
  });
}
