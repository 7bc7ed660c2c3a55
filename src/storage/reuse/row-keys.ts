import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { FileBlocks } from "../files/file-blocks.js";
import { isThere } from "../files/is-there.js";
import { readInputLines } from "../input/input-lines.js";
import { writeAtomically } from "../files/write-atomically.js";

/**
 * The keys of a run's rows, by which a later run finds equal rows. The file `row-keys` has an f64
 * per row, little endian. Equal rows have different keys, so that they stay independent samples:
 * the key of the first one is a hash of its text, the keys of the following ones are hashes of text
 * and number.
 */
const fileName = "row-keys";
const keyBytes = 8;

export async function writeRowKeys(directory: string, inputPath: string): Promise<void> {
  const hashes: number[] = [];
  for await (const { text } of readInputLines(inputPath)) hashes.push(hash53(text));
  const keys = numberEqualOnes(Float64Array.from(hashes));
  const bytes = Buffer.alloc(keys.length * keyBytes);
  keys.forEach((key, position) => bytes.writeDoubleLE(key, position * keyBytes));
  await writeAtomically(join(directory, fileName), bytes);
}

export async function hasRowKeys(directory: string): Promise<boolean> {
  return isThere(join(directory, fileName));
}

/** Returns the key of a row; NaN if the run has no keys, or not this row. */
export async function readRowKey(
  blocks: FileBlocks,
  directory: string,
  position: number,
): Promise<number> {
  const path = join(directory, fileName);
  const bytes = await blocks.readBytes(path, position * keyBytes, keyBytes);
  return bytes.length < keyBytes ? Number.NaN : bytes.readDoubleLE(0);
}

export async function readAllRowKeys(directory: string): Promise<ReadonlySet<number>> {
  const bytes = await readFile(join(directory, fileName));
  const count = Math.floor(bytes.length / keyBytes);
  return new Set(Array.from({ length: count }, (_, index) => bytes.readDoubleLE(index * keyBytes)));
}

function numberEqualOnes(hashes: Float64Array): Float64Array {
  const order = Uint32Array.from(hashes.keys());
  order.sort((a, b) => (hashes[a] ?? 0) - (hashes[b] ?? 0) || a - b);
  const keys = Float64Array.from(hashes);
  let equal = 0;
  order.forEach((position, index) => {
    const hash = hashes[position] ?? 0;
    equal = index > 0 && hashes[order[index - 1] ?? 0] === hash ? equal + 1 : 0;
    if (equal > 0) keys[position] = hash53(`${hash}/${equal}`);
  });
  return keys;
}

/** Returns a hash of 53 bits, which a double can represent. */
function hash53(text: string): number {
  const digest = createHash("sha256").update(text).digest();
  return digest.readUIntBE(0, 6) * 32 + (digest.readUInt8(6) & 31);
}
