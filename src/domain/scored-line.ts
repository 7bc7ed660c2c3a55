import type { JsonObject } from "./json.js";
import { layOutObject, type Member } from "./json-text.js";
import { joinMembers, type Members, renameTaken } from "./output-line.js";

/**
 * Scores stand at the end of a completed line, after what the call brought, as prompto has it. A key of the same name
 * that stands there already is of an earlier scoring and makes way; one among the keys of the input is renamed
 * `input-<key>`, as for all our keys.
 */
export function withScores(line: string, scores: Members): string {
  const { members } = layOutObject(line);
  const start = startOfOurs(members);
  const input = members.slice(0, start);
  const taken = new Set(scores.map(([key]) => key));
  const stale = new Set([...taken, ...[...taken].map(scoreErrorKey)]);
  const kept = members.slice(start).filter(({ key }) => !stale.has(key));
  const head = renameTaken(
    line.slice(0, input.at(-1)?.valueEnd ?? line.indexOf("{") + 1),
    input,
    taken,
  );
  const parts = [
    ...kept.map(({ keyStart, valueEnd }) => line.slice(keyStart, valueEnd).trim()),
    joinMembers(scores),
  ];
  const separator = input.length === 0 ? "" : ", ";
  return `${head.trim()}${separator}${parts.join(", ")}}`;
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

/**
 * Whether an output line has an answer. prompto's lines have no status: a failure is a text in `response`, `KeyError -
 * 'prompt'` for instance.
 */
export function isAnswered({ status, response }: JsonObject): boolean {
  if (status === "completed" || status === "failed") return status === "completed";
  return response !== undefined && !(typeof response === "string" && promptosError.test(response));
}

const promptosError =
  /^(?:[A-Z]\w*(?:Error|Exception) - |An unexpected error occurred when querying the API: \()/;
