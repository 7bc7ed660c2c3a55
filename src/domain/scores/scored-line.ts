import { layOutObject } from "../json/json-text.js";
import type { Member } from "../json/json-text.js";
import { joinMembers, renameTaken } from "../record/output-line.js";
import type { Members } from "../record/output-line.js";

/**
 * Puts scores at the end of a completed line, after the call's results, as in prompto. Replaces
 * earlier scores with the same keys. Renames an input key with the same name to `input-<key>`, even
 * in a line without an answer.
 * @param keys keys of all scorers
 * @param scores scores and the reasons for missing ones; none for a line without an answer
 */
export function withScores(line: string, keys: readonly string[], scores: Members): string {
  const { members } = layOutObject(line);
  const start = startOfOurs(members);
  const input = members.slice(0, start);
  const stale = new Set([...keys, ...keys.map(scoreErrorKey)]);
  if (scores.length === 0 && !members.some(({ key }) => stale.has(key))) return line;
  const kept = members.slice(start).filter(({ key }) => !stale.has(key));
  const end = input.at(-1)?.valueEnd ?? line.indexOf("{") + 1;
  const parts = [
    ...kept.map(({ keyStart, valueEnd }) => line.slice(keyStart, valueEnd).trim()),
    ...(scores.length === 0 ? [] : [joinMembers(scores)]),
  ];
  const head = renameTaken(line.slice(0, end), input, stale).trim();
  const separator = input.length === 0 || parts.length === 0 ? "" : ", ";
  return `${head}${separator}${parts.join(", ")}}`;
}

/** Returns the key for the reason why `key` has no score. */
export function scoreErrorKey(key: string): string {
  return `${key}_error`;
}

/**
 * Returns the index of the first key after the input's keys. The results of a call begin with the
 * time of its send.
 */
export function startOfOurs(members: readonly Pick<Member, "key">[]): number {
  const sent = members.findLastIndex(({ key }) => key === "timestamp_sent");
  if (sent !== -1) return sent;
  const first = members.findIndex(({ key }) => key === "status" || key === "response");
  return first === -1 ? members.length : first;
}
