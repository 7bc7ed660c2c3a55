import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder that exists until the end of its test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ostinato-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
