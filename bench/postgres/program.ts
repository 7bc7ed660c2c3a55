import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";

/** A user of this machine who runs a program. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly runAs?: RunAs | undefined;
}

/** Runs a program to its end and returns its stdout. If it fails, the error contains its output. */
export function runToEnd({ path, args, env, cwd, runAs }: Program): string {
  const done = spawnSync(path, args, { env, cwd, ...runAs, encoding: "utf8" });
  if (done.status === 0) return done.stdout;
  const words = done.error?.message ?? `${done.stdout}\n${done.stderr}`.trim().slice(-4_000);
  throw new Error(`${[path, ...args].join(" ")} failed: ${words}`);
}

/** A program that runs until it is killed. */
export interface RunningProgram {
  readonly isRunning: () => boolean;
  readonly log: () => string;
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
}

export function startProgram(program: Program & { readonly logFile: string }): RunningProgram {
  const { path, args, env, cwd, runAs, logFile } = program;
  const log = openSync(logFile, "a");
  const child = spawn(path, args, { env, cwd, ...runAs, stdio: ["ignore", log, log] });
  closeSync(log);
  const exited = once(child, "exit");
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    isRunning,
    log: () => readFileSync(logFile, "utf8").slice(-4_000),
    async kill(signal) {
      if (!isRunning()) return;
      child.kill(signal);
      await exited;
    },
  };
}
