import { callNumber, firstKeyNumber, stepNumber } from "../../domain/journal/call-key.js";
import { stepOfKey } from "../../domain/journal/journal-key.js";
import { toDollars, toPicos } from "../../domain/money/money.js";
import { tokenKinds } from "../../domain/money/spending.js";
import type { Spend, TokenSums } from "../../domain/money/spending.js";
import type { LogLine } from "../../domain/record/log-line.js";
import type { Outcome } from "../../domain/record/outcome.js";

/**
 * An entry of a `.positions` file, about one line of the log beside it. Entries have 64 bytes, are
 * little endian, and follow the order of the log.
 *
 *     0   u32   position of the record in its group
 *     4   u8    kind; 128 more for a call with a key
 *     5   u8    attempt, 255 for more; for other lines, 1 if a call was sent
 *     6   u16   turn of a chat, 65535 for none; for a call with a key, the high bits of its number
 *     8   f64   offset of the line in the log
 *    16   u32   its length, without the line feed
 *    20   u32   for a call with a key, the low bits of its number, otherwise 0
 *    24   f64   finishedAt
 *    32   f64   cost of the call in picodollars
 *    40   u32   its input tokens; then cached input, cache write, output, reasoning
 *    60   u8    1 if the cost is known, 2 if not, 3 if an earlier run paid it, otherwise 0
 *    61   u24   for a call with a key, the number of its step (`stepNumber`), otherwise 0
 *
 * No entry is all zeros, because a file system may leave zeros after a power cut.
 */
export interface LogEntry {
  readonly position: number;
  readonly kind: EntryKind;
  /**
   * Number of a failed attempt, starting at 1. For other lines, 1 if they end a call that was sent,
   * otherwise 0.
   */
  readonly attempt: number;
  /** Number of the call (`callNumber`); `undefined` for a line about a whole record. */
  readonly call: number | undefined;
  /** `stepNumber` of the step that made the call. Absent in entries of earlier versions. */
  readonly step?: number;
  readonly offset: number;
  readonly length: number;
  readonly finishedAt: number;
  /** Spending. Set for the line of an answered call, unless nothing was sent. */
  readonly spend?: Spend;
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
  "dropped",
] as const;

/**
 * Kind of a line. For an outcome, its status, or `dropped` for a completed row that reached no
 * leaf. For the end of a row's call, the way in which the call ended.
 */
export type EntryKind = (typeof kinds)[number];

export const entryBytes = 64;
const noTurn = 0xffff;
const keyed = 0x80;
const lowRange = 2 ** 32;
const stepAt = 61;
const stepBytes = 3;

export function entryOf(
  line: LogLine,
  place: { readonly offset: number; readonly length: number },
): LogEntry {
  return {
    position: line.position,
    kind: kindOf(line),
    attempt: line.kind === "failed-attempt" ? line.attempt : Number(sentAtOf(line) > 0),
    call: callOf(line),
    ...("key" in line && { step: stepNumber(stepOfKey(line.key)) }),
    ...place,
    finishedAt: line.finishedAt,
    ...("spend" in line && { spend: line.spend }),
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
  if (entry.spend) writeSpend(buffer, entry.spend);
  buffer.writeUIntLE(entry.step ?? 0, stepAt, stepBytes);
  return buffer;
}

/** Returns the entry at `at`, or `undefined` if the bytes are not an entry. */
export function decodeEntry(buffer: Buffer, at: number): LogEntry | undefined {
  const kind = kinds[(buffer.readUInt8(at + 4) & ~keyed) - 1];
  if (!kind) return undefined;
  const step = buffer.readUIntLE(at + stepAt, stepBytes);
  return {
    position: buffer.readUInt32LE(at),
    kind,
    attempt: buffer.readUInt8(at + 5),
    call: readCall(buffer, at),
    ...(step !== 0 && { step }),
    offset: buffer.readDoubleLE(at + 8),
    length: buffer.readUInt32LE(at + 16),
    finishedAt: buffer.readDoubleLE(at + 24),
    ...readSpend(buffer, at),
  };
}

function kindOf(line: LogLine): EntryKind {
  if (line.kind === "outcome") return kindOfOutcome(line.outcome);
  return line.kind === "call" && !line.answer ? "failed-call" : line.kind;
}

function kindOfOutcome({ status, walk }: Outcome): EntryKind {
  return status === "completed" && walk?.rows.length === 0 ? "dropped" : status;
}

function sentAtOf(line: LogLine): number {
  if (line.kind === "outcome") return line.outcome.sentAt;
  return "sentAt" in line ? line.sentAt : 0;
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

const costAt = 32;
const tokensAt = 40;
const paidAt = 60;
const paid = { known: 1, unknown: 2, reused: 3 } as const;

function writeSpend(buffer: Buffer, { cost, tokens, reused }: Spend): void {
  buffer.writeDoubleLE(cost === null ? 0 : toPicos(cost), costAt);
  tokenKinds.forEach((kind, index) => {
    buffer.writeUInt32LE(Math.min(tokens[kind], lowRange - 1), tokensAt + 4 * index);
  });
  const known = reused === true ? paid.reused : paid.known;
  buffer.writeUInt8(cost === null ? paid.unknown : known, paidAt);
}

function readSpend(buffer: Buffer, at: number): Pick<LogEntry, "spend"> {
  const mark = buffer.readUInt8(at + paidAt);
  if (mark === 0) return {};
  const cost = mark === paid.unknown ? null : toDollars(buffer.readDoubleLE(at + costAt));
  const counts = tokenKinds.map(
    (kind, index) => [kind, buffer.readUInt32LE(at + tokensAt + 4 * index)] as const,
  );
  // The list of kinds contains each kind once.
  const tokens = Object.fromEntries(counts) as TokenSums;
  return { spend: { cost, tokens, ...(mark === paid.reused && { reused: true }) } };
}
