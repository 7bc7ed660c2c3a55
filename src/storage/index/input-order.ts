import TinyQueue from "tinyqueue";
import type { GroupIndex, IndexEntry } from "./group-index.js";
import { openInputOrder } from "./group-index.js";
import { FilePool } from "../files/file-pool.js";

/** A line of the input and its group. */
export interface OrderedLine {
  readonly slug: string;
  readonly entry: IndexEntry;
}

const mostOpen = 32;
/**
 * Maximum number of entries in memory for all groups together. The second number is for one group.
 */
const entriesInMemory = 65_536;
const mostEntriesABlock = 1_024;

/**
 * Yields all lines of the groups in the order of the input, block by block. Few files are open, for
 * any number of groups, and the next line is found in a heap of the groups' next lines.
 */
export async function* inInputOrder(
  directory: string,
  slugs: readonly string[],
): AsyncGenerator<OrderedLine, void, undefined> {
  const files = new FilePool(mostOpen);
  const most = Math.ceil(entriesInMemory / Math.max(1, slugs.length));
  const blockEntries = Math.min(mostEntriesABlock, most);
  const heads = new TinyQueue<Head>([], (one, other) => one.entry.offset - other.entry.offset);
  try {
    for (const slug of slugs) {
      const index = await openInputOrder(directory, slug, files);
      await pushNext(heads, { slug, index, blockEntries, block: [], at: 0, read: 0 });
    }
    for (let next = heads.pop(); next; next = heads.pop()) {
      const { cursor, entry } = next;
      yield { slug: cursor.slug, entry };
      await pushNext(heads, cursor);
    }
  } finally {
    await files.dropAll();
  }
}

interface Cursor {
  readonly slug: string;
  readonly index: GroupIndex;
  readonly blockEntries: number;
  block: readonly IndexEntry[];
  at: number;
  /** Number of the group's lines that were read, including the block. */
  read: number;
}

/** The next line of a group. */
interface Head {
  readonly cursor: Cursor;
  readonly entry: IndexEntry;
}

async function pushNext(heads: TinyQueue<Head>, cursor: Cursor): Promise<void> {
  if (cursor.at === cursor.block.length) await fill(cursor);
  const entry = cursor.block[cursor.at];
  cursor.at += 1;
  if (entry) heads.push({ cursor, entry });
}

async function fill(cursor: Cursor): Promise<void> {
  cursor.block = await cursor.index.read(cursor.read, cursor.blockEntries);
  cursor.read += cursor.block.length;
  cursor.at = 0;
}
