import { callNumber, firstKeyNumber } from "../../domain/journal/call-key.js";
import type { LogLine } from "../../domain/record/log-line.js";

/**
 * An entry of a `.positions` file, about one line of the log beside it. Entries have 32 bytes, are
 * little endian, and follow the order of the log.
 *
 *     0   u32   position of the record in its group
 *     4   u8    kind; 128 more for a call with a key
 *     5   u8    attempt, 255 for more
 *     6   u16   turn of a chat, 65535 for none; for a call with a key, the high bits of its number
 *     8   f64   offset of the line in the log
 *    16   u32   its length, without the line feed
 *    20   u32   for a call with a key, the low bits of its number, otherwise 0
 *    24   f64   finishedAt
 *
 * No entry is all zeros, because a file system may leave zeros after a power cut.
 */
export interface LogEntry {
  readonly position: number;
  readonly kind: EntryKind;
  readonly attempt: number;
  /** Number of the call (`callNumber`); `undefined` for a line about a whole record. */
  readonly call: number | undefined;
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
  "call",
  "step",
  "failed-call",
] as const;

/** The kind of a line; for an outcome, its status; for the end of a row's call, how it ended. */
export type EntryKind = (typeof kinds)[number];

export const entryBytes = 32;
const noTurn = 0xffff;
const keyed = 0x80;
const lowRange = 2 ** 32;

export function entryOf(
  line: LogLine,
  place: { readonly offset: number; readonly length: number },
): LogEntry {
  return {
    position: line.position,
    kind: kindOf(line),
    attempt: line.kind === "failed-attempt" ? line.attempt : 0,
    call: callOf(line),
    ...place,
    finishedAt: line.finishedAt,
  };
}

export function encodeEntry(entry: LogEntry): Buffer {
  const buffer = Buffer.alloc(entryBytes);
  buffer.writeUInt32LE(entry.position, 0);
  buffer.writeUInt8(kinds.indexOf(entry.kind) + 1, 4);
  buffer.writeUInt8(Math.min(entry.attempt, 255), 5);
  writeCall(buffer, entry.call);
  buffer.writeDoubleLE(entry.offset, 8);
  buffer.writeUInt32LE(entry.length, 16);
  buffer.writeDoubleLE(entry.finishedAt, 24);
  return buffer;
}

/** The entry at `at`, or `undefined` for other bytes. */
export function decodeEntry(buffer: Buffer, at: number): LogEntry | undefined {
  const kind = kinds[(buffer.readUInt8(at + 4) & ~keyed) - 1];
  if (!kind) return undefined;
  return {
    position: buffer.readUInt32LE(at),
    kind,
    attempt: buffer.readUInt8(at + 5),
    call: readCall(buffer, at),
    offset: buffer.readDoubleLE(at + 8),
    length: buffer.readUInt32LE(at + 16),
    finishedAt: buffer.readDoubleLE(at + 24),
  };
}

function kindOf(line: LogLine): EntryKind {
  if (line.kind === "outcome") return line.outcome.status;
  return line.kind === "call" && !line.answer ? "failed-call" : line.kind;
}

function callOf(line: LogLine): number | undefined {
  if ("key" in line) return callNumber(line.key);
  return "turn" in line ? line.turn : undefined;
}

function writeCall(buffer: Buffer, call: number | undefined): void {
  if (call === undefined || call < firstKeyNumber) {
    buffer.writeUInt16LE(call === undefined ? noTurn : Math.min(call, noTurn - 1), 6);
    return;
  }
  buffer.writeUInt8(buffer.readUInt8(4) | keyed, 4);
  buffer.writeUInt16LE(Math.floor(call / lowRange), 6);
  buffer.writeUInt32LE(call % lowRange, 20);
}

function readCall(buffer: Buffer, at: number): number | undefined {
  const short = buffer.readUInt16LE(at + 6);
  if ((buffer.readUInt8(at + 4) & keyed) !== 0) {
    return short * lowRange + buffer.readUInt32LE(at + 20);
  }
  return short === noTurn ? undefined : short;
}
