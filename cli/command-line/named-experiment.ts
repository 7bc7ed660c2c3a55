import type { Invocation } from "./command.js";

/** The argument NAME of a command that cannot be called without it. */
export function namedExperiment({ arguments: [name] }: Invocation): string {
  if (name === undefined) throw new Error("commander lets no command without its NAME through");
  return name;
}
