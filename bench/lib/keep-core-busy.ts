import { spawn } from "node:child_process";
import { once } from "node:events";

/** Keeps one core busy in a separate process until the returned function is called. */
export function keepCoreBusy(): () => Promise<void> {
  // The process ends with its parent, even if the parent is killed.
  const loop = `const { ppid } = process; while (process.ppid === ppid) for (let i = 0; i < 1e7; i += 1);`;
  const child = spawn(process.execPath, ["-e", loop], { stdio: "ignore" });
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
}
