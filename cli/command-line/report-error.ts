import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";

/**
 * Reports an error to the user. Only internal errors, which should be reported as bugs, include
 * their stack.
 */
export function reportError(error: unknown, { talk }: Terminal): ExitCode {
  const name = error instanceof Error ? error.name : "";
  const message = error instanceof Error ? error.message : String(error);
  if (name === "UserError") {
    talk(`error: ${message}`);
    return exitCodes.userMistake;
  }
  if (name === "ServerUnavailableError") {
    talk(`error: ${message}`);
    return exitCodes.noTemporal;
  }
  talk(error instanceof Error && error.stack !== undefined ? error.stack : message);
  talk("This is an internal error of Ostinato. Please report it with the lines above.");
  return exitCodes.internal;
}
