import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const tailBytes = 8_192;
const tailLines = 15;

/** Returns the last lines of a log after the byte `from`; empty if the file does not exist. */
export function logTail(path: string, from = 0): string {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return "";
  }
  try {
    const end = fstatSync(file).size;
    const start = Math.max(from, end - tailBytes, 0);
    const buffer = Buffer.alloc(Math.max(end - start, 0));
    readSync(file, buffer, 0, buffer.length, start);
    return buffer.toString("utf8").trim().split("\n").slice(-tailLines).join("\n");
  } finally {
    closeSync(file);
  }
}
