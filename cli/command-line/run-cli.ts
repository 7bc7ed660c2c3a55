import { CommanderError } from "commander";
import { createProgram } from "./create-program.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { reportError } from "./report-error.js";

/** Runs one command line. Everything that it says goes to `terminal`. */
export async function runCli(given: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const program = await createProgram(helpLast(given), terminal);
    return await program.run();
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.done : exitCodes.userMistake;
    }
    return reportError(error, terminal);
  }
}

/** `help watch follow` is `watch follow --help`: a command's flags are known once it is named. */
function helpLast(given: readonly string[]): readonly string[] {
  const [first, ...rest] = given;
  if (first === undefined) return ["--help"];
  return first === "help" ? [...rest, "--help"] : given;
}
