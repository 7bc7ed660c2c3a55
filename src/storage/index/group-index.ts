import { join } from "node:path";

import { errorCode } from "../../domain/failure/error-code.js";
import type { FileBlocks } from "../files/file-blocks.js";
import type { FilePool } from "../files/file-pool.js";

/**
 * An entry of `<group>.index`, with the place of a record in the input. It has 16 bytes, and its
 * numbers are little endian:
 *
 *     0    6 bytes   offset in the input
 *     6    u32       length in the input
 *     10   u16       number of the `<api>/<model>` in the manifest
 *     12   u32       line of the input, starting at 1
 *
 * The entries are in the order of sending, which is usually the order of the input. If an API's
 * records are sent model by model, `<group>.input-order` has the entries in the order of the input.
 * There, each entry is followed by its position as a u32.
 */
export interface IndexEntry {
  readonly position: number;
  readonly offset: number;
  readonly length: number;
  /** Number of the `<api>/<model>` in the manifest. */
  readonly target: number;
  /** Line of the input, starting at 1. */
  readonly line: number;
}

const entryBytes = 16;
const orderedBytes = entryBytes + 4;
const entriesPerChunk = 4096;

export function indexPath(directory: string, slug: string): string {
  return join(directory, `${slug}.index`);
}

export function inputOrderPath(directory: string, slug: string): string {
  return join(directory, `${slug}.input-order`);
}

/** An index under construction, in memory: 16 bytes per record. */
export class IndexBuilder {
  readonly #chunks: Buffer[] = [];
  #entries = 0;
  #positions: Uint32Array | undefined;

  get count(): number {
    return this.#entries;
  }

  add(entry: Omit<IndexEntry, "position">): void {
    const within = this.#entries % entriesPerChunk;
    if (within === 0) this.#chunks.push(Buffer.alloc(entriesPerChunk * entryBytes));
    const chunk = this.#chunks[this.#chunks.length - 1];
    if (!chunk) throw new Error("A chunk was just made.");
    const at = within * entryBytes;
    chunk.writeUIntLE(entry.offset, at, 6);
    chunk.writeUInt32LE(entry.length, at + 6);
    chunk.writeUInt16LE(entry.target, at + 10);
    chunk.writeUInt32LE(entry.line, at + 12);
    this.#entries += 1;
  }

  /** Returns the line number of each entry. */
  lines(): Uint32Array {
    const added = this.#added();
    return Uint32Array.from({ length: this.#entries }, (_, entry) =>
      added.readUInt32LE(entry * entryBytes + 12),
    );
  }

  /** Sorts the entries by `places`, which has one place per entry, in the order of `add`. */
  sortBy(places: Uint32Array): void {
    const order = Uint32Array.from(places.keys());
    order.sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
    this.#positions = new Uint32Array(this.#entries);
    for (const [position, entry] of order.entries()) this.#positions[entry] = position;
  }

  bytes(): Buffer {
    const added = this.#added();
    const positions = this.#positions;
    if (!positions) return added;
    const sorted = Buffer.allocUnsafe(added.length);
    positions.forEach((position, entry) => {
      added.copy(sorted, position * entryBytes, entry * entryBytes, (entry + 1) * entryBytes);
    });
    return sorted;
  }

  /**
   * Returns the entries in the order of `add`, each with its position; `undefined` if they have not
   * been sorted.
   */
  inputOrderBytes(): Buffer | undefined {
    const added = this.#added();
    const positions = this.#positions;
    if (!positions) return undefined;
    const bytes = Buffer.allocUnsafe(this.#entries * orderedBytes);
    positions.forEach((position, entry) => {
      added.copy(bytes, entry * orderedBytes, entry * entryBytes, (entry + 1) * entryBytes);
      bytes.writeUInt32LE(position, entry * orderedBytes + entryBytes);
    });
    return bytes;
  }

  #added(): Buffer {
    return Buffer.concat(this.#chunks).subarray(0, this.#entries * entryBytes);
  }
}

export interface GroupIndex {
  readonly records: number;
  /** Reads at most `count` entries from `start` on, without reading the whole file. */
  read: (start: number, count: number) => Promise<IndexEntry[]>;
  /** Path of the index file. Only the pool keeps it open. */
  readonly path: string;
}

export async function openGroupIndex(
  directory: string,
  slug: string,
  files: FilePool,
): Promise<GroupIndex> {
  return indexOf({ path: indexPath(directory, slug), bytesEach: entryBytes, files });
}

/**
 * Opens the entries in the order of the input. `start` then counts the group's lines, not
 * positions.
 */
export async function openInputOrder(
  directory: string,
  slug: string,
  files: FilePool,
): Promise<GroupIndex> {
  try {
    const path = inputOrderPath(directory, slug);
    return await indexOf({ path, bytesEach: orderedBytes, files });
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    return openGroupIndex(directory, slug, files);
  }
}

interface IndexFile {
  readonly path: string;
  readonly bytesEach: number;
  readonly files: FilePool;
}

async function indexOf(index: IndexFile): Promise<GroupIndex> {
  const { path, bytesEach, files } = index;
  const { size } = await files.use(path, "r", async (file) => file.stat());
  const records = Math.floor(size / bytesEach);
  return {
    path,
    records,
    read: async (start, count) => readEntries(index, start, Math.min(count, records - start)),
  };
}

async function readEntries(
  { path, bytesEach, files }: IndexFile,
  start: number,
  count: number,
): Promise<IndexEntry[]> {
  if (start < 0 || count <= 0) return [];
  const buffer = Buffer.allocUnsafe(count * bytesEach);
  const { bytesRead } = await files.use(path, "r", async (file) =>
    file.read(buffer, 0, buffer.length, start * bytesEach),
  );
  const whole = Math.floor(bytesRead / bytesEach);
  return Array.from({ length: whole }, (_, index) => {
    const at = index * bytesEach;
    const position =
      bytesEach === entryBytes ? start + index : buffer.readUInt32LE(at + entryBytes);
    return entryAt(buffer, at, position);
  });
}

/**
 * Reads one entry of a group's index; `undefined` after its last entry. It is meant for readers of
 * many entries that are usually near each other.
 */
export async function readEntryInBlocks(
  blocks: Pick<FileBlocks, "readBytes">,
  path: string,
  position: number,
): Promise<IndexEntry | undefined> {
  const bytes = await blocks.readBytes(path, position * entryBytes, entryBytes);
  return bytes.length < entryBytes ? undefined : entryAt(bytes, 0, position);
}

function entryAt(buffer: Buffer, at: number, position: number): IndexEntry {
  return {
    position,
    offset: buffer.readUIntLE(at, 6),
    length: buffer.readUInt32LE(at + 6),
    target: buffer.readUInt16LE(at + 10),
    line: buffer.readUInt32LE(at + 12),
  };
}
