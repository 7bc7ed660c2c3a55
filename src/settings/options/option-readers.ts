/**
 * Readers for the values of the options table. They pass unreadable values on unchanged; the schema
 * rejects them.
 */
import { resolve } from "node:path";
import { parseDuration } from "../duration.js";
import { timeZoneNamed } from "../../domain/rates/time-zone.js";

export function asGiven(given: unknown): unknown {
  return given;
}

export function asPath(given: unknown, folder: string): unknown {
  return typeof given === "string" && given !== "" ? resolve(folder, given) : given;
}

export function asPaths(given: unknown, folder: string): unknown {
  const list = typeof given === "string" ? given.split(",").filter((path) => path !== "") : given;
  return Array.isArray(list) ? list.map((path: unknown) => asPath(path, folder)) : list;
}

export function asNumber(given: unknown): unknown {
  if (typeof given !== "string" || given.trim() === "") return given;
  const number = Number(given);
  return Number.isFinite(number) ? number : given;
}

export function asDuration(given: unknown): unknown {
  return typeof given === "string" || typeof given === "number"
    ? (parseDuration(given) ?? given)
    : given;
}

export function asTimeZone(given: unknown): unknown {
  return typeof given === "string" ? (timeZoneNamed(given) ?? given) : given;
}

const switchTexts: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  "1": true,
  false: false,
  no: false,
  off: false,
  "0": false,
};

export function asSwitch(given: unknown): unknown {
  return typeof given === "string" ? (switchTexts[given.trim().toLowerCase()] ?? given) : given;
}

/** Reads the values of a repeatable flag, and combines the lists of all its uses. */
export function asLists(given: unknown): unknown {
  if (!Array.isArray(given)) return asList(given);
  const lists = given.map((each: unknown) => asList(each));
  // `flat` of unknown lists has the type any[].
  return lists.every((list) => Array.isArray(list))
    ? [...new Set(lists.flat() as unknown[])]
    : given;
}

/** Reads `a, b` as a list and drops repeated values. */
export function asList(given: unknown): unknown {
  if (typeof given !== "string") return given;
  const items = given.split(",").map((item) => item.trim());
  return [...new Set(items)].filter((item) => item !== "");
}
