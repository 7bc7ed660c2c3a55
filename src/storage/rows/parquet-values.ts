import { isUtf8 } from "node:buffer";
import type { ParquetParsers, SchemaElement, SchemaTree } from "hyparquet";

import type { JsonValue } from "../../domain/json/json.js";
import { parseJsonWithDigits } from "../../domain/json/exact-numbers.js";

/** Converts a value of a Parquet column to JSON. Lists are converted item by item. */
export type ReadValue = (value: unknown) => JsonValue;

/** Number of decimals, by column. */
export type Scales = ReadonlyMap<SchemaElement, number>;

/** Parsers that keep microseconds, nanoseconds, and bytes that are not text. */
export const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (milliseconds) => instantText(milliseconds * 1_000_000n),
  timestampFromMicroseconds: (microseconds) => instantText(microseconds * 1_000n),
  timestampFromNanoseconds: instantText,
  dateFromDays: (days) => dateText(days * millisecondsADay).slice(0, -"T00:00:00.000Z".length),
  stringFromBytes: textOfBytes,
  // hyparquet also calls the parsers for empty cells.
  jsonFromBytes: (bytes: Uint8Array | undefined) =>
    bytes && parseJsonWithDigits(Buffer.from(bytes).toString("utf8")),
};

/**
 * Sets the scales of decimals to 0, so that hyparquet returns whole numbers. Returns the original
 * scales.
 */
export function takeScales(schema: readonly SchemaElement[]): Scales {
  const scales = new Map<SchemaElement, number>();
  for (const element of schema) {
    if (element.converted_type !== "DECIMAL") continue;
    scales.set(element, element.scale ?? 0);
    element.scale = 0;
  }
  return scales;
}

/** Returns the reader of a column, or of a part of a column. */
export function valueReader(node: SchemaTree, scales: Scales): ReadValue {
  const { element, children } = node;
  const [child] = children;
  if (!child) return eachItem(leafReader(element, scales));
  if (element.logical_type?.type === "VARIANT") return plainValue;
  if (element.converted_type === "LIST" && children.length === 1) {
    const item = child.children.length === 1 ? child.children[0] : undefined;
    return valueReader(item ?? child, scales);
  }
  const value = child.children[1];
  if (element.converted_type === "MAP" && value) {
    const read = valueReader(value, scales);
    return eachItem(membersReader(() => read));
  }
  const readers = new Map(children.map((each) => [each.element.name, valueReader(each, scales)]));
  return eachItem(membersReader((name) => readers.get(name) ?? plainValue));
}

function eachItem(read: ReadValue): ReadValue {
  const readEach: ReadValue = (value) => {
    if (value === null || value === undefined) return null;
    return Array.isArray(value) ? value.map(readEach) : read(value);
  };
  return readEach;
}

function membersReader(readerOf: (name: string) => ReadValue): ReadValue {
  return (value) => {
    // A struct or a map is an object with its members.
    const members = Object.entries(value as Record<string, unknown>);
    return Object.fromEntries(members.map(([name, each]) => [name, readerOf(name)(each)]));
  };
}

function leafReader(element: SchemaElement, scales: Scales): ReadValue {
  const { converted_type: converted, logical_type: logical } = element;
  const scale = scales.get(element);
  // Division by a power of ten gives the nearest number. Multiplication by a fraction does not.
  if (scale !== undefined) return (value) => plainValue(Number(value) / 10 ** scale);
  if (converted === "TIME_MILLIS") return (value) => timeText(BigInt(Number(value)) * 1_000_000n);
  if (converted === "TIME_MICROS") return (value) => timeText(BigInt(Number(value)) * 1_000n);
  if (logical?.type === "TIME") {
    const nanoseconds = { MILLIS: 1_000_000n, MICROS: 1_000n, NANOS: 1n }[logical.unit];
    return (value) => timeText(BigInt(Number(value)) * nanoseconds);
  }
  if (logical?.type === "TIMESTAMP" && !logical.isAdjustedToUTC) {
    return (value) => withoutZone(plainValue(value));
  }
  return plainValue;
}

function plainValue(value: unknown): JsonValue {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "bigint") return plainObject(value);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}

function plainObject(value: unknown): JsonValue {
  if (value instanceof Uint8Array) return textOfBytes(value) ?? null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== "object" || value === null) return null;
  return membersReader(() => plainValue)(value);
}

/** Returns bytes as text, or as base64 if they are not UTF-8. */
function textOfBytes(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString(isUtf8(buffer) ? "utf8" : "base64");
}

const millisecondsADay = 86_400_000;
/** Maximum distance from the epoch of a `Date`, in ms. */
const longestDate = 8.64e15;

/** Returns an instant in ISO 8601, with as many digits as necessary and at least milliseconds. */
function instantText(nanoseconds: bigint): string {
  const below = ((nanoseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const text = dateText(Number((nanoseconds - below) / 1_000_000n));
  return text.replace("Z", `${digitsBelow(below)}Z`);
}

function dateText(milliseconds: number): string {
  const inRange = Math.max(-longestDate, Math.min(longestDate, milliseconds));
  return new Date(inRange).toISOString();
}

function timeText(nanoseconds: bigint): string {
  return withoutZone(instantText(nanoseconds).slice("1970-01-01T".length));
}

/** Returns the digits below milliseconds: six, three, or none. */
function digitsBelow(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return "";
  const digits = nanoseconds.toString().padStart(6, "0");
  return digits.endsWith("000") ? digits.slice(0, 3) : digits;
}

function withoutZone<Value>(value: Value): Value | string {
  return typeof value === "string" ? value.replace(/Z$/, "") : value;
}
