import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findChromium, noChromium } from "./find-chromium.mjs";

/**
 * Makes sure that the tests of the page have a browser. Installs Debian's package for root, who
 * alone may; for everybody else throws an error that names the package.
 */
export function ensureChromium() {
  if (findChromium() !== undefined) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync("/usr/bin/apt-get") && !process.env.OSTINATO_CHROMIUM) {
    console.error("Installing Chromium for the tests of the page …");
    aptGet("update", "-qq");
    aptGet("install", "-y", "-qq", "--no-install-recommends", "chromium");
  }
  if (findChromium() === undefined) throw new Error(noChromium);
}

function aptGet(...parameters) {
  spawnSync("apt-get", parameters, {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", "ignore", "inherit"],
  });
}
