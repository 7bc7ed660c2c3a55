import { mkdirSync, openSync, statSync, truncateSync } from "node:fs";
import { dirname } from "node:path";

const truncatedAboveBytes = 10_000_000;

export interface OpenLog {
  /** File descriptor for a child process. The caller closes it. */
  readonly file: number;
  /** Offset at which this process's output begins. */
  readonly from: number;
}

/** Opens a log to which a child process appends. A large log is emptied first. */
export function openLog(path: string): OpenLog {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "a", 0o600);
  const size = statSync(path).size;
  if (size <= truncatedAboveBytes) return { file, from: size };
  truncateSync(path);
  return { file, from: 0 };
}
