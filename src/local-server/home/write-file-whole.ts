import { renameSync, writeFileSync } from "node:fs";

/**
 * Writes a small file that only its owner can read. A reader sees either the old or the new
 * content.
 */
export function writeFileWhole(path: string, content: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, path);
}
