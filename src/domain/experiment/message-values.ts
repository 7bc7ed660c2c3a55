/** Checks of the values in messages to workflows. */
import { isJsonObject } from "../json/json.js";
import type { JsonObject, JsonValue } from "../json/json.js";

/** True for a number from 0, fractions included. */
export function isAmount(value: JsonValue | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** The start of the year 10000. Later times have no ISO text of the usual form. */
const endOfTimesMs = 253_402_300_800_000;

/** True for a time in ms since the epoch. A time far in the future has no date and no timer. */
export function isTime(value: JsonValue | undefined): value is number {
  return isAmount(value) && value < endOfTimesMs;
}

/** True for a whole number from 0. */
export function isCount(value: JsonValue | undefined): value is number {
  return isAmount(value) && Number.isInteger(value);
}

/** Returns the fields of an object; `undefined` for another value. Messages are always JSON. */
export function fieldsOf(message: unknown): JsonObject | undefined {
  const value = message as JsonValue | undefined;
  return isJsonObject(value) ? value : undefined;
}

/** Returns the value as it is quoted in a problem. */
export function textOf(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "number" ? value.toString() : JSON.stringify(value);
}
