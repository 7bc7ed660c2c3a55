/**
 * An answer that an earlier run has, 32 bytes, little endian.
 *
 *     0   f64   number of the call (`callNumber`)
 *     8   f64   key of its row
 *    16   u32   position of its row
 *    20   u16   number of its log file
 *    22   u48   offset of the line
 *    28   u32   its length
 */
export interface ReuseEntry {
  readonly call: number;
  readonly row: number;
  readonly position: number;
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

export const reuseEntryBytes = 32;

export function encodeReuseEntry(entry: ReuseEntry): Buffer {
  const bytes = Buffer.alloc(reuseEntryBytes);
  bytes.writeDoubleLE(entry.call, 0);
  bytes.writeDoubleLE(entry.row, 8);
  bytes.writeUInt32LE(entry.position, 16);
  bytes.writeUInt16LE(entry.file, 20);
  bytes.writeUIntLE(entry.offset, 22, 6);
  bytes.writeUInt32LE(entry.length, 28);
  return bytes;
}

export function decodeReuseEntry(bytes: Buffer): ReuseEntry {
  return {
    call: bytes.readDoubleLE(0),
    row: bytes.readDoubleLE(8),
    position: bytes.readUInt32LE(16),
    file: bytes.readUInt16LE(20),
    offset: bytes.readUIntLE(22, 6),
    length: bytes.readUInt32LE(28),
  };
}

type CallOfRow = Pick<ReuseEntry, "call" | "row">;
type CallAtPosition = Pick<ReuseEntry, "call" | "position">;

export function compareByRow(a: CallOfRow, b: CallOfRow): number {
  return a.call - b.call || a.row - b.row;
}

export function compareByPosition(a: CallAtPosition, b: CallAtPosition): number {
  return a.call - b.call || a.position - b.position;
}
