import { UserError } from "../../src/domain/failure/user-error.js";
import type { Invocation } from "./command.js";
import { textFlag } from "./text-flag.js";

/**
 * Returns the value of a command's own flag that takes a whole number above 0; `undefined` if it is
 * not set. Throws a `UserError` for anything else.
 *
 * @param name name of the flag without dashes
 */
export function countFlag(invocation: Invocation, name: string): number | undefined {
  const text = textFlag(invocation, name);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UserError(`Expected --${name} to be a whole number above 0, got "${text}".`);
}
