import type { ExitCode } from "../exit-codes.js";
import { exitCodes } from "../exit-codes.js";
import type { Terminal } from "../output/terminal/terminal.js";

interface Detached {
  /** An experiment's name, or `The watch`. */
  readonly what: string;
  /** The command to follow it again. */
  readonly follow: string;
  /** True if its worker ends with this process. */
  readonly workerIsOurs: boolean;
}

/** The message after Ctrl-C. */
export function sayDetached(
  { what, follow, workerIsOurs }: Detached,
  { talk }: Terminal,
): ExitCode {
  talk(
    workerIsOurs
      ? `Detached. ${what} is paused because its worker stopped with this command. Continue with \`${follow}\` or \`ostinato up\`.`
      : `Detached. ${what} continues. Follow it again with \`${follow}\`.`,
  );
  return exitCodes.done;
}
