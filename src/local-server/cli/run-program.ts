import { spawn } from "node:child_process";

export interface ProgramRun {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly cwd?: string;
}

const keptCharacters = 4_000;

/**
 * Runs a program to its end and returns its output. Throws if the program cannot run, fails, or
 * takes too long.
 */
export async function runProgram(run: ProgramRun): Promise<string> {
  const child = spawn(run.path, run.args, {
    env: { ...run.env },
    cwd: run.cwd,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: run.timeoutMs,
    killSignal: "SIGKILL",
  });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-keptCharacters);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.on("error", reject);
      child.on("close", (...ended) => {
        resolve(ended);
      });
    },
  );
  if (code === 0) return output;
  const how =
    signal === "SIGKILL"
      ? `was ended after ${run.timeoutMs / 1_000} s`
      : `ended with ${signal ?? String(code)}`;
  const lines = output.trim().split("\n").slice(-5).join("\n");
  throw new Error(`\`${[run.path, ...run.args].join(" ")}\` ${how}${lines && `: ${lines}`}`);
}
