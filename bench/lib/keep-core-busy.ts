import { spawn } from "node:child_process";
import { once } from "node:events";

/** Keeps one core busy, in a process of its own, until the returned function is called. */
export function keepCoreBusy(): () => Promise<void> {
  // It ends with its parent, however that ends.
  const loop = `const { ppid } = process; while (process.ppid === ppid) for (let i = 0; i < 1e7; i += 1);`;
  const child = spawn(process.execPath, ["-e", loop], { stdio: "ignore" });
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
}
