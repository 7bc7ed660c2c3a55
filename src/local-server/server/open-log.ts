import { mkdirSync, openSync, statSync, truncateSync } from "node:fs";
import { dirname } from "node:path";

const truncatedAboveBytes = 10_000_000;

export interface OpenLog {
  /** To be handed to a child process and closed. */
  readonly file: number;
  /** Where this process's output begins. */
  readonly from: number;
}

/** Opens a log for a child process to append to; one that has grown large begins anew. */
export function openLog(path: string): OpenLog {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "a", 0o600);
  const size = statSync(path).size;
  if (size <= truncatedAboveBytes) return { file, from: size };
  truncateSync(path);
  return { file, from: 0 };
}
