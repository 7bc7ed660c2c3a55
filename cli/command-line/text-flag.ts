import type { Invocation } from "./command.js";

/** Value of a command's own flag; `undefined` if it is not set. @param name without dashes */
export function textFlag({ ownFlags }: Invocation, name: string): string | undefined {
  const value = ownFlags[name];
  return typeof value === "string" ? value : undefined;
}
