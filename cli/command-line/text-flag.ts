import type { Invocation } from "./command.js";

/**
 * Returns the value of a command's own flag; `undefined` if it is not set. @param name name of the
 * flag without dashes
 */
export function textFlag({ ownFlags }: Invocation, name: string): string | undefined {
  const value = ownFlags[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * Returns the values of a command's own flag that may be given several times. @param name name of
 * the flag without dashes
 */
export function listFlag({ ownFlags }: Invocation, name: string): readonly string[] {
  const value = ownFlags[name];
  return typeof value === "object" ? value : [];
}
