import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./repository.js";
import type { SetUp } from "./set-up.js";
import { now } from "./wait-until.js";

const program = join(repository, "dist/cli/main.js");

/** A running command of the built CLI. */
export interface CliProcess {
  readonly pid: number;
  /** Time of the spawn, in ms since the epoch. */
  readonly startedAt: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly isRunning: () => boolean;
  /** Resolves with the exit code, or `null` if a signal ended it. */
  readonly exited: Promise<number | null>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Time from spawn to exit, in ms. */
  readonly tookMs: number;
}

/** Starts `ostinato …` in the folder of the set-up. */
export function startCli(
  setUp: SetUp,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): CliProcess {
  if (!existsSync(program)) {
    throw new Error(`Expected the built CLI at ${program}. Run \`npm run build\` first.`);
  }
  const startedAt = now();
  const child = spawn(process.execPath, [program, ...args], {
    cwd: setUp.folder,
    env: { ...setUp.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid === undefined) throw new Error(`Could not start ${program}`);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      output[name] = (output[name] + chunk).slice(-longestOutput);
    });
  }
  // The event is not "close", because a worker that outlives its command keeps the pipes open.
  const exited = once(child, "exit").then(([code]) => code as number | null);
  return {
    pid: child.pid,
    startedAt,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    exited,
    kill: (signal) => child.kill(signal),
  };
}

const longestOutput = 4_000_000;

export async function resultOf(command: CliProcess): Promise<CliResult> {
  const code = await command.exited;
  const tookMs = now() - command.startedAt;
  // Output from just before the exit may still be in the pipe.
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { code, stdout: command.stdout(), stderr: command.stderr(), tookMs };
}

async function runCli(setUp: SetUp, args: readonly string[]): Promise<CliResult> {
  return resultOf(startCli(setUp, args));
}

/** Runs a command that must succeed. Otherwise throws an error with its output. */
export async function runCliWell(setUp: SetUp, args: readonly string[]): Promise<CliResult> {
  const result = await runCli(setUp, args);
  if (result.code !== 0) throw new Error(`ostinato ${args.join(" ")}: ${describeResult(result)}`);
  return result;
}

export function describeResult({ code, stdout, stderr }: CliResult): string {
  return `exit ${String(code)}\n${stdout.slice(-2_000)}\n${stderr.slice(-4_000)}`;
}

/** Returns the last line of JSON that a command printed. */
export function lastJson(result: CliResult): unknown {
  const line = result.stdout.trim().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(`Expected a line of JSON: ${describeResult(result)}`, { cause });
  }
}
