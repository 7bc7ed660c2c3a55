import { randomBytes } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file atomically: the path has either the old or the new content, even after a power cut.
 *
 * @param folder folder for the temporary file, on the same file system. If the process is killed, a
 *   file that ends in `.tmp` stays there.
 */
export async function writeAtomically(
  path: string,
  content: string | Buffer | AsyncIterable<string | Buffer>,
  folder = dirname(path),
): Promise<void> {
  const unique = `${process.pid}-${randomBytes(4).toString("hex")}`;
  const temporary = join(folder, `${basename(path)}.${unique}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

export async function writeJsonAtomically(path: string, value: unknown): Promise<void> {
  await writeAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Makes created, moved and removed names in a folder durable across a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
