import type { Invocation } from "./command.js";

/** What a command's own flag was given; `undefined` where it was not. @param name without dashes */
export function textFlag({ ownFlags }: Invocation, name: string): string | undefined {
  const value = ownFlags[name];
  return typeof value === "string" ? value : undefined;
}
