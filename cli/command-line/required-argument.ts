import type { Invocation } from "./command.js";

/** Returns the first argument of a command that requires one. */
export function requiredArgument({ arguments: [first] }: Invocation): string {
  if (first === undefined) throw new Error("Expected commander to require the argument.");
  return first;
}
