// `npm test`: installs and builds missing parts, downloads the Temporal CLI, makes sure that there
// is a Chromium, runs all tests.
// With --built, nothing is built. Other arguments go to vitest.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled } from "./ensure-installed.mjs";
import { runNode } from "./run-node.mjs";

// The count is the last line, for any end of this program.
let lastLine = "0 passed, 1 failed";
process.on("exit", () => console.log(lastLine));

ensureInstalled();
const given = process.argv.slice(2);
if (!given.includes("--built")) {
  const { build } = await import("./build.mjs");
  await build();
}

const { getTemporalCli } = await import("../dist/src/local-server/cli/find-cli.js");
const { ensureChromium } = await import("./ensure-chromium.mjs");
try {
  await getTemporalCli({ env: process.env, onProgress: say });
  ensureChromium();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), "ostinato-test-"));
const countFile = join(folder, "counts.json");
const code = await runNode(
  [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=./scripts/count-reporter.mjs",
    ...given.filter((argument) => argument !== "--built"),
  ],
  { OSTINATO_TEST_COUNTS: countFile },
);
const counts = readCounts();
rmSync(folder, { recursive: true, force: true });
sayWhichAreSlow(counts.slowest);
sayWhichWereRetried(counts.retried);
if (counts.skipped > 0) console.log(`${counts.skipped} skipped: every test has to run.`);
const failed = counts.failed + counts.skipped;
process.exitCode = code === 0 && failed > 0 ? 1 : code;
lastLine = `${counts.passed} passed, ${failed === 0 && code !== 0 ? 1 : failed} failed`;

function say({ text, receivedBytes }) {
  if (receivedBytes === undefined) console.error(text);
}

function sayWhichAreSlow(files) {
  if (files.length < 2) return;
  console.log("Slowest test files:");
  for (const { file, ms } of files) {
    console.log(`${(ms / 1_000).toFixed(1).padStart(7)} s  ${file}`);
  }
}

function sayWhichWereRetried(tests) {
  if (tests.length === 0) return;
  console.log("Tests that failed first and passed after a retry. Each is a bug to fix:");
  for (const { name, error } of tests) {
    console.log(`  ${name}\n${error.replaceAll(/^/gm, "    ")}`);
  }
}

function readCounts() {
  try {
    return JSON.parse(readFileSync(countFile, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, retried: [], slowest: [] };
  }
}
