import { open } from "node:fs/promises";
import { errorCode } from "../../domain/failure/error-code.js";
import { writeAtomically } from "../files/write-atomically.js";

/**
 * An array in a file of typed arrays. Such a file contains a line of JSON that describes the
 * arrays, then their bytes, in the byte order of this machine. Each array starts at a multiple of 8
 * bytes.
 */
export type NumberArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The values of an object that are saved on disk. */
export interface SavedArrays {
  /** Values that are saved as JSON. */
  readonly facts: object;
  readonly arrays: Readonly<Record<string, NumberArray>>;
}

export type SavedParts = Readonly<Record<string, SavedArrays>>;

interface ArrayPlace {
  readonly type: keyof typeof types;
  readonly length: number;
  /** Offset in bytes, from the end of the first line. */
  readonly offset: number;
}

interface Head {
  /** Key that the reader must expect. */
  readonly key: string;
  readonly bytes: number;
  readonly parts: Readonly<
    Record<string, { facts: object; arrays: Readonly<Record<string, ArrayPlace>> }>
  >;
}

const types = { Uint8Array, Uint16Array, Uint32Array, Float64Array };
const alignment = 8;
const longestHead = 64 << 20;
const pieceBytes = 1 << 22;

/** @param key describes the source of the arrays. A reader with another key ignores the file. */
export async function writeArrays(path: string, key: string, parts: SavedParts): Promise<void> {
  let bytes = 0;
  const arrays: NumberArray[] = [];
  const placed = (array: NumberArray): ArrayPlace => {
    const offset = bytes;
    bytes += aligned(array.byteLength);
    arrays.push(array);
    return { type: array.constructor.name as keyof typeof types, length: array.length, offset };
  };
  const described = Object.entries(parts).map(([name, part]) => {
    const places = Object.entries(part.arrays).map(([of, array]) => [of, placed(array)] as const);
    return [name, { facts: part.facts, arrays: Object.fromEntries(places) }] as const;
  });
  const head: Head = { key, bytes, parts: Object.fromEntries(described) };
  await writeAtomically(path, pieces(head, arrays));
}

// `writeAtomically` accepts text, bytes, or an async iterable.
async function* pieces(head: Head, arrays: readonly NumberArray[]): AsyncGenerator<Buffer> {
  yield Buffer.from(`${JSON.stringify(head)}\n`);
  for (const array of arrays) {
    const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
    yield Buffer.alloc(aligned(bytes.length) - bytes.length);
  }
}

/**
 * Reads arrays. Returns `undefined` for a file that does not exist, is cut off, or has another key.
 */
export async function readArrays(path: string, key: string): Promise<SavedParts | undefined> {
  try {
    return await readWhole(path, key);
  } catch (error) {
    if (errorCode(error) !== undefined || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function readWhole(path: string, key: string): Promise<SavedParts | undefined> {
  const file = await open(path, "r");
  try {
    const first = Buffer.alloc(pieceBytes);
    await file.read(first, 0, first.length, 0);
    let end = first.indexOf("\n");
    let start = first;
    if (end === -1) {
      start = Buffer.alloc(Math.min(longestHead, (await file.stat()).size));
      await file.read(start, 0, start.length, 0);
      end = start.indexOf("\n");
    }
    // The file is ours: only `writeArrays` writes it.
    const head = JSON.parse(start.toString("utf8", 0, Math.max(0, end))) as Head;
    if (head.key !== key) return undefined;
    const bytes = Buffer.from(new ArrayBuffer(head.bytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, end + 1);
    return bytesRead === bytes.length ? partsOf(head, bytes.buffer) : undefined;
  } finally {
    await file.close();
  }
}

function partsOf({ parts }: Head, bytes: ArrayBuffer): SavedParts {
  const restored = Object.entries(parts).map(([name, { facts, arrays }]) => {
    const views = Object.entries(arrays).map(
      ([of, { type, offset, length }]) => [of, new types[type](bytes, offset, length)] as const,
    );
    return [name, { facts, arrays: Object.fromEntries(views) }] as const;
  });
  return Object.fromEntries(restored);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
