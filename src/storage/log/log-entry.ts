import type { LogLine } from "../../domain/record/log-line.js";

/**
 * An entry of a `.positions` file, about one line of the log beside it. Entries have 32 bytes, are
 * little endian, and follow the order of the log.
 *
 *     0   u32   position of the record in its group
 *     4   u8    kind
 *     5   u8    attempt, 255 for more
 *     6   u16   turn of a chat, 65535 for none
 *     8   f64   offset of the line in the log
 *    16   u32   its length, without the line feed
 *    20   u32   0
 *    24   f64   finishedAt
 *
 * No entry is all zeros, because a file system may leave zeros after a power cut.
 */
export interface LogEntry {
  readonly position: number;
  readonly kind: EntryKind;
  readonly attempt: number;
  /** `undefined` if the record is not a chat. */
  readonly turn: number | undefined;
  readonly offset: number;
  readonly length: number;
  readonly finishedAt: number;
}

const kinds = [
  "failed-attempt",
  "turn",
  "completed",
  "failed",
  "refused",
  "started",
  "held",
] as const;

/** The kind of a line; for an outcome, its status. */
export type EntryKind = (typeof kinds)[number];

export const entryBytes = 32;
const noTurn = 0xffff;

export function entryOf(
  line: LogLine,
  place: { readonly offset: number; readonly length: number },
): LogEntry {
  return {
    position: line.position,
    kind: line.kind === "outcome" ? line.outcome.status : line.kind,
    attempt: line.kind === "failed-attempt" ? line.attempt : 0,
    turn: "turn" in line ? line.turn : undefined,
    ...place,
    finishedAt: line.finishedAt,
  };
}

export function encodeEntry(entry: LogEntry): Buffer {
  const buffer = Buffer.alloc(entryBytes);
  buffer.writeUInt32LE(entry.position, 0);
  buffer.writeUInt8(kinds.indexOf(entry.kind) + 1, 4);
  buffer.writeUInt8(Math.min(entry.attempt, 255), 5);
  buffer.writeUInt16LE(entry.turn === undefined ? noTurn : Math.min(entry.turn, noTurn - 1), 6);
  buffer.writeDoubleLE(entry.offset, 8);
  buffer.writeUInt32LE(entry.length, 16);
  buffer.writeDoubleLE(entry.finishedAt, 24);
  return buffer;
}

/** The entry at `at`, or `undefined` for other bytes. */
export function decodeEntry(buffer: Buffer, at: number): LogEntry | undefined {
  const kind = kinds[buffer.readUInt8(at + 4) - 1];
  if (!kind) return undefined;
  const turn = buffer.readUInt16LE(at + 6);
  return {
    position: buffer.readUInt32LE(at),
    kind,
    attempt: buffer.readUInt8(at + 5),
    turn: turn === noTurn ? undefined : turn,
    offset: buffer.readDoubleLE(at + 8),
    length: buffer.readUInt32LE(at + 16),
    finishedAt: buffer.readDoubleLE(at + 24),
  };
}
