import { layOutObject } from "../json/json-text.js";
import type { Member } from "../json/json-text.js";
import { joinMembers, renameTaken } from "../record/output-line.js";
import type { Members } from "../record/output-line.js";

/**
 * Scores stand at the end of a completed line, after what the call brought, as prompto has it. A key of the same name
 * that stands there already is of an earlier scoring and makes way; one among the keys of the input is renamed
 * `input-<key>`, as for all our keys, also in a line without an answer.
 *
 * @param keys of all scorers
 * @param scores those and the reasons of missing ones; none for a line without an answer
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

/** Where the key stands that says why `key` has no score. */
export function scoreErrorKey(key: string): string {
  return `${key}_error`;
}

/** In front of it stand the input's keys: prompto's lines and ours have the send first, where anything was sent. */
export function startOfOurs(members: readonly Pick<Member, "key">[]): number {
  const sent = members.findLastIndex(({ key }) => key === "timestamp_sent");
  if (sent !== -1) return sent;
  const first = members.findIndex(({ key }) => key === "status" || key === "response");
  return first === -1 ? members.length : first;
}
