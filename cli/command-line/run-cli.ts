import { CommanderError } from "commander";
import { createProgram } from "./create-program.js";
import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";
import { promptflowHint } from "./promptflow-hint.js";
import { reportError } from "./report-error.js";

/** Runs one command line. All output goes to `terminal`. */
export async function runCli(given: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const program = await createProgram(helpLast(given), terminal);
    return await program.run();
  } catch (error) {
    if (error instanceof CommanderError) {
      const hint = promptflowHint(given, error.message);
      if (hint !== undefined) terminal.talk(hint);
      return error.exitCode === 0 ? exitCodes.done : exitCodes.userMistake;
    }
    return reportError(error, terminal);
  }
}

/**
 * Rewrites `help watch follow` to `watch follow --help`, because a command's flags are declared
 * only when it is called.
 */
function helpLast(given: readonly string[]): readonly string[] {
  const [first, ...rest] = given;
  if (first === undefined) return ["--help"];
  return first === "help" ? [...rest, "--help"] : given;
}
