import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { repository } from "../../bench/lib/repository.js";

/**
 * Starts the Chromium of this machine, without a window. Throws a sentence that says how to get it.
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = execFileSync(
    process.execPath,
    [join(repository, "scripts", "find-chromium.mjs")],
    { encoding: "utf8" },
  ).trim();
  // Containers run as root, where Chromium has no sandbox.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}
