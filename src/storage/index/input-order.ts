import type { GroupIndex, IndexEntry } from "./group-index.js";
import { openInputOrder } from "./group-index.js";
import { FilePool } from "../files/file-pool.js";

/** A line of the input and its group. */
export interface OrderedLine {
  readonly slug: string;
  readonly entry: IndexEntry;
}

const mostOpen = 32;
/** Maximum numbers of entries for all groups, and for one group. */
const entriesInMemory = 65_536;
const mostEntriesABlock = 1_024;

/**
 * Yields all lines of the groups in the order of the input, block by block. Few files are open, for
 * any number of groups.
 */
export async function* inInputOrder(
  directory: string,
  slugs: readonly string[],
): AsyncGenerator<OrderedLine, void, undefined> {
  const files = new FilePool(mostOpen);
  const most = Math.ceil(entriesInMemory / Math.max(1, slugs.length));
  const blockEntries = Math.min(mostEntriesABlock, most);
  const cursors: Cursor[] = [];
  try {
    for (const slug of slugs) {
      const index = await openInputOrder(directory, slug, files);
      const cursor = { slug, index, blockEntries, block: [], at: 0, read: 0 };
      cursors.push(cursor);
      await fill(cursor);
    }
    for (let next = first(cursors); next; next = first(cursors)) {
      yield { slug: next.cursor.slug, entry: next.entry };
      next.cursor.at += 1;
      if (next.cursor.at === next.cursor.block.length) await fill(next.cursor);
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

async function fill(cursor: Cursor): Promise<void> {
  cursor.block = await cursor.index.read(cursor.read, cursor.blockEntries);
  cursor.read += cursor.block.length;
  cursor.at = 0;
}

function first(
  cursors: readonly Cursor[],
): { readonly cursor: Cursor; readonly entry: IndexEntry } | undefined {
  let found: { cursor: Cursor; entry: IndexEntry } | undefined;
  for (const cursor of cursors) {
    const entry = cursor.block[cursor.at];
    if (entry && (!found || entry.offset < found.entry.offset)) found = { cursor, entry };
  }
  return found;
}
