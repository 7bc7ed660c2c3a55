import { readdirSync, readlinkSync } from "node:fs";

/** Number of this process's file descriptors for files below a folder. */
export function openFilesBelow(folder: string): number {
  return readdirSync("/proc/self/fd").filter((descriptor) => pathOf(descriptor).startsWith(folder))
    .length;
}

/** The descriptor of the listing itself is already closed. */
function pathOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return "";
  }
}
