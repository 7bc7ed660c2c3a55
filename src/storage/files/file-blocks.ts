import { FilePool } from "./file-pool.js";

/**
 * Reads many short stretches of files, each mostly near the one before: through blocks, of which the last used stay in
 * memory. The files may be of any size, and there may be thousands of them.
 */
export interface FileBlocks {
  /** The text of `length` bytes at `offset`; shorter where the file ends. */
  readonly readText: (path: string, offset: number, length: number) => Promise<string>;
  readonly close: () => Promise<void>;
}

const blockBytes = 1 << 16;
const keptBlocks = 256;
const mostOpen = 32;

export function openFileBlocks(): FileBlocks {
  const files = new FilePool(mostOpen);
  const blocks = new Map<string, Buffer>();

  const stretchOf = async (path: string, offset: number, length: number): Promise<Buffer> =>
    files.use(path, "r", async (file) => {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  const blockAt = async (path: string, number: number): Promise<Buffer> => {
    const key = `${number} ${path}`;
    const known = blocks.get(key);
    if (known) {
      blocks.delete(key);
      blocks.set(key, known);
      return known;
    }
    const bytes = await stretchOf(path, number * blockBytes, blockBytes);
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
        return (await stretchOf(path, offset, length)).toString("utf8");
      }
      const both = Buffer.concat([await blockAt(path, first), await blockAt(path, first + 1)]);
      return both.toString("utf8", within, within + length);
    },
    close: async () => {
      await files.dropAll();
      blocks.clear();
    },
  };
}
