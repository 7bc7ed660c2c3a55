import { accessSync, constants, mkdirSync } from "node:fs";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import { ostinatoHome } from "./home.js";

/**
 * Creates the folder of `ostinatoHome` if it is missing. Throws a `UserError` if it is not
 * writable.
 */
export function openHome(env: Readonly<Record<string, string | undefined>>): string {
  const home = ostinatoHome(env);
  try {
    mkdirSync(home, { recursive: true });
    accessSync(home, constants.W_OK);
    return home;
  } catch (error) {
    throw new UserError(
      `Expected to write in ${JSON.stringify(home)}, for the local server's database and logs, got: ${errorText(error)}. ` +
        "Make it writable, or name another folder by OSTINATO_HOME.",
      { cause: error },
    );
  }
}
