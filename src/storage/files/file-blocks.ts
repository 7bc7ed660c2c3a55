import { FilePool } from "./file-pool.js";

/**
 * Reads many short sections of files, each usually near the previous one, in blocks. The most
 * recently used blocks stay in memory. Supports files of any size, and thousands of them.
 */
export interface FileBlocks {
  /** Returns the text of `length` bytes at `offset`, or less at the end of the file. */
  readonly readText: (path: string, offset: number, length: number) => Promise<string>;
  /** Returns the bytes of `length` bytes at `offset`, or less at the end of the file. */
  readonly readBytes: (path: string, offset: number, length: number) => Promise<Buffer>;
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
  const readBytes = async (path: string, offset: number, length: number): Promise<Buffer> => {
    const first = Math.floor(offset / blockBytes);
    const within = offset - first * blockBytes;
    if (within + length <= blockBytes) {
      return (await blockAt(path, first)).subarray(within, within + length);
    }
    if (length > blockBytes) return stretchOf(path, offset, length);
    const both = Buffer.concat([await blockAt(path, first), await blockAt(path, first + 1)]);
    return both.subarray(within, within + length);
  };
  return {
    readBytes,
    readText: async (path, offset, length) =>
      (await readBytes(path, offset, length)).toString("utf8"),
    close: async () => {
      await files.dropAll();
      blocks.clear();
    },
  };
}
