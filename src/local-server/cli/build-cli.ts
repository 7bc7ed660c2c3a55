import { join } from "node:path";
import { cliModule, cliVersion } from "./cli-release.js";
import { findExecutables } from "./find-executables.js";
import type { OnServerProgress } from "../server/progress.js";
import { runProgram } from "./run-program.js";

export interface CliBuild {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of an existing folder for the binary `temporal`. */
  readonly folder: string;
  readonly onProgress?: OnServerProgress | undefined;
}

/** Timeout of the build in ms. After the download of the modules, it takes minutes on two cores. */
const buildTimeoutMs = 30 * 60_000;
const progressIntervalMs = 10_000;

/** Builds the Temporal CLI with the installed Go. */
export async function buildCli({ env, folder, onProgress }: CliBuild): Promise<string> {
  const go = findExecutables("go", env)[0];
  if (go === undefined) throw new Error("Go is not on the PATH");
  const startedAt = Date.now();
  const report = (): void => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000).toString();
    onProgress?.({
      text: `Building the Temporal CLI ${cliVersion} with Go (once, it takes some minutes): ${seconds} s`,
    });
  };
  report();
  const timer = setInterval(report, progressIntervalMs);
  try {
    await runProgram({
      path: go,
      args: ["install", cliModule],
      env: { ...env, GOBIN: folder },
      cwd: folder,
      timeoutMs: buildTimeoutMs,
    });
  } finally {
    clearInterval(timer);
  }
  return join(folder, "temporal");
}
