import { readdirSync, readlinkSync } from "node:fs";

/** How many descriptors this process has open on what lies below a folder. */
export function openFilesBelow(folder: string): number {
  return readdirSync("/proc/self/fd").filter((descriptor) => pathOf(descriptor).startsWith(folder))
    .length;
}

/** The descriptor that lists them is gone by the time that it is looked at. */
function pathOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return "";
  }
}
