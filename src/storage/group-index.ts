import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { join } from "node:path";

/**
 * `<group>.index`: where each record of a group lies in the input, 16 bytes an entry, little endian, in the input's order.
 *
 *     0   6 bytes   offset in the input
 *     6   u32       length in the input
 *    10   u16       number of the `<api>/<model>` in the manifest
 *    12   u32       line of the input, from 1
 */
export interface IndexEntry {
  readonly position: number;
  readonly offset: number;
  readonly length: number;
  /** Number of the `<api>/<model>` in the manifest. */
  readonly target: number;
  /** From 1. */
  readonly line: number;
}

const entryBytes = 16;
const entriesPerChunk = 4096;

export function indexPath(directory: string, slug: string): string {
  return join(directory, `${slug}.index`);
}

/** An index that is being built: in memory, 16 bytes a record. */
export class IndexBuilder {
  private readonly chunks: Buffer[] = [];
  private entries = 0;

  get count(): number {
    return this.entries;
  }

  add(entry: Omit<IndexEntry, "position">): void {
    const within = this.entries % entriesPerChunk;
    if (within === 0) this.chunks.push(Buffer.alloc(entriesPerChunk * entryBytes));
    const chunk = this.chunks[this.chunks.length - 1];
    if (!chunk) throw new Error("A chunk was just made.");
    const at = within * entryBytes;
    chunk.writeUIntLE(entry.offset, at, 6);
    chunk.writeUInt32LE(entry.length, at + 6);
    chunk.writeUInt16LE(entry.target, at + 10);
    chunk.writeUInt32LE(entry.line, at + 12);
    this.entries += 1;
  }

  bytes(): Buffer {
    return Buffer.concat(this.chunks).subarray(0, this.entries * entryBytes);
  }
}

export interface GroupIndex {
  readonly records: number;
  /** The entries from `start` on, at most `count`, without reading the whole file. */
  read: (start: number, count: number) => Promise<IndexEntry[]>;
  close: () => Promise<void>;
}

export async function openGroupIndex(directory: string, slug: string): Promise<GroupIndex> {
  const file = await open(indexPath(directory, slug), "r");
  const { size } = await file.stat();
  const records = Math.floor(size / entryBytes);
  return {
    records,
    read: async (start, count) => readEntries(file, start, Math.min(count, records - start)),
    close: async () => {
      await file.close();
    },
  };
}

async function readEntries(file: FileHandle, start: number, count: number): Promise<IndexEntry[]> {
  if (start < 0 || count <= 0) return [];
  const buffer = Buffer.allocUnsafe(count * entryBytes);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, start * entryBytes);
  const whole = Math.floor(bytesRead / entryBytes);
  return Array.from({ length: whole }, (_, index) => {
    const at = index * entryBytes;
    return {
      position: start + index,
      offset: buffer.readUIntLE(at, 6),
      length: buffer.readUInt32LE(at + 6),
      target: buffer.readUInt16LE(at + 10),
      line: buffer.readUInt32LE(at + 12),
    };
  });
}
