import type { Flag } from "./command.js";

/** Flags with a heading of their own in `--help`. */
export function grouped(group: string, flags: readonly Flag[]): readonly Flag[] {
  return flags.map((flag) => ({ ...flag, group }));
}
