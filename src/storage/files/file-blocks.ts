import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";

/**
 * Reads many short stretches of a few files, each mostly near the one before: through blocks, of which the last used
 * stay in memory. The files may be of any size.
 */
export interface FileBlocks {
  /** The text of `length` bytes at `offset`; shorter where the file ends. */
  readonly readText: (path: string, offset: number, length: number) => Promise<string>;
  readonly close: () => Promise<void>;
}

const blockBytes = 1 << 16;
const keptBlocks = 256;

export function openFileBlocks(): FileBlocks {
  const files = new Map<string, Promise<FileHandle>>();
  const blocks = new Map<string, Buffer>();

  const fileAt = async (path: string): Promise<FileHandle> => {
    const known = files.get(path);
    if (known) return known;
    const opening = open(path, "r");
    files.set(path, opening);
    return opening;
  };
  const blockAt = async (path: string, number: number): Promise<Buffer> => {
    const key = `${number} ${path}`;
    const known = blocks.get(key);
    if (known) {
      blocks.delete(key);
      blocks.set(key, known);
      return known;
    }
    const file = await fileAt(path);
    const bytes = await readStretch(file, number * blockBytes, blockBytes);
    blocks.set(key, bytes);
    const [oldest] = blocks.keys();
    if (blocks.size > keptBlocks && oldest !== undefined) blocks.delete(oldest);
    return bytes;
  };
  return {
    readText: async (path, offset, length) => {
      const first = Math.floor(offset / blockBytes);
      const within = offset - first * blockBytes;
      if (within + length <= blockBytes) {
        return (await blockAt(path, first)).toString("utf8", within, within + length);
      }
      if (length > blockBytes) {
        return (await readStretch(await fileAt(path), offset, length)).toString("utf8");
      }
      const both = Buffer.concat([await blockAt(path, first), await blockAt(path, first + 1)]);
      return both.toString("utf8", within, within + length);
    },
    close: async () => {
      for (const file of files.values()) await (await file).close();
      files.clear();
      blocks.clear();
    },
  };
}

async function readStretch(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}
