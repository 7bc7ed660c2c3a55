import { layOutObject, stringText } from "./json-text.js";

/** The members of an object by their own texts, so that numbers survive. */
export type JsonMembers = ReadonlyMap<string, string>;

/** Of two members with one key the last one's value counts, at the place of the first, as in Python. */
export function membersOf(objectText: string): Map<string, string> {
  const { members } = layOutObject(objectText);
  return new Map(
    members.map(({ key, valueStart, valueEnd }) => [
      key,
      objectText.slice(valueStart, valueEnd).trim(),
    ]),
  );
}

/** With the separators of Python's json. */
export function objectTextOf(members: JsonMembers): string {
  const texts = [...members].map(([key, text]) => `${stringText(key)}: ${text}`);
  return `{${texts.join(", ")}}`;
}
