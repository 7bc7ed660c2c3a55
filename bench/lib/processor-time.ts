import { readFileSync } from "node:fs";

const ticksPerMs = 0.1;

/**
 * Returns the user and system time of a process so far, in ms. It is read from `/proc`, which only
 * Linux has.
 */
export function processorTimeOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The program's name, in parentheses, may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerMs;
}
