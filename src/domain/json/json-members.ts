import { layOutObject, stringText } from "./json-text.js";

/** The members of an object as JSON texts, which keeps numbers exact. */
export type JsonMembers = ReadonlyMap<string, string>;

/**
 * Returns the members of an object. If a key is repeated, the last value counts, at the position of
 * the first, as in Python.
 */
export function membersOf(objectText: string): Map<string, string> {
  const { members } = layOutObject(objectText);
  return new Map(
    members.map(({ key, valueStart, valueEnd }) => [
      key,
      objectText.slice(valueStart, valueEnd).trim(),
    ]),
  );
}

/** Writes an object with the separators of Python's json module. */
export function objectTextOf(members: JsonMembers): string {
  const texts = [...members].map(([key, text]) => `${stringText(key)}: ${text}`);
  return `{${texts.join(", ")}}`;
}
