import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root.mjs";

/** Runs `npm ci` if node_modules is missing or differs from package-lock.json. */
export function ensureInstalled() {
  requireNode();
  if (isInstalled()) return;
  process.stderr.write("Installing the packages of package-lock.json …\n");
  const done = spawnSync(
    "npm",
    ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: root,
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
    },
  );
  if (done.status === 0) return;
  process.stderr.write(
    `\`npm ci\` failed${done.error ? ` (${done.error.message})` : ""}. Its words are above; repair that and start again.\n`,
  );
  process.exit(1);
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`Ostinato needs Node.js 20.19 or newer; this is ${process.version}.\n`);
  process.exit(1);
}

/** npm writes `node_modules/.package-lock.json` last, so an interrupted installation lacks it. */
function isInstalled() {
  const installedLock = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedLock)) return false;
  const wanted = packagesOf(join(root, "package-lock.json"));
  const installed = packagesOf(installedLock);
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== "" && !isForOtherMachines(entry))
    .every(([path, { version }]) => path in installed && installed[path].version === version);
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, "utf8")).packages;
}

function isForOtherMachines(entry) {
  return entry.optional === true || entry.devOptional === true;
}
