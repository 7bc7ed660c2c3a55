import { runCli } from "./command-line/run-cli.js";
import { processTerminal } from "./output/terminal/terminal.js";

/** Runs the command that this process was started with. Resolves with its exit code. */
export async function runProgram(): Promise<number> {
  return runCli(process.argv.slice(2), processTerminal());
}
