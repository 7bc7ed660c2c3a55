import type { Flag } from "./command.js";

/** Returns flags with their own heading in `--help`. */
export function grouped(group: string, flags: readonly Flag[]): readonly Flag[] {
  return flags.map((flag) => ({ ...flag, group }));
}
