import { spawn } from "node:child_process";
import { constants } from "node:os";
import { root } from "./root.mjs";

/**
 * Runs a Node program with this terminal and returns its exit code. Ctrl-C reaches the program
 * through the terminal, so this process only waits.
 */
export async function runNode(parameters, environment = {}) {
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  const child = spawn(process.execPath, parameters, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  const pass = (signal) => child.kill(signal);
  process.on("SIGTERM", pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) =>
        resolve(code ?? 128 + (constants.signals[signal] ?? 0)),
      );
    });
  } finally {
    process.off("SIGINT", ignore);
    process.off("SIGTERM", pass);
  }
}
