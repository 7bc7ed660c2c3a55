import { defined } from "../defined.js";
import type { LineEnd } from "../flow/line.js";
import type { WalkResult } from "../graph/walk/walk.js";
import type { JsonValue } from "../json/json.js";
import { isJsonObject } from "../json/json.js";
import type { Member } from "../json/json-text.js";
import { layOutObject, stringText } from "../json/json-text.js";
import type { CompletedOutcome, Failure, Outcome } from "./outcome.js";

/**
 * A line of the completed file: the input line's own text, followed by our keys. Numbers, key order
 * and unknown keys stay unchanged. Keys of the input with one of our names are renamed
 * `input-<key>`.
 */

/** Our keys in the order of a line. */
export const ourKeys = [
  "timestamp_sent",
  "model",
  "status",
  "response",
  "finish_reason",
  "usage",
  "cost",
  "reused",
  "latency_ms",
  "attempts",
  "error",
] as const;

/** Keys and values to append to a line. */
export type Members = readonly (readonly [key: string, value: JsonValue])[];

/**
 * @param localStamp formats an instant (epoch milliseconds) as `DD-MM-YYYY-HH-MM-SS`, local time
 */
export function outputLine(
  inputText: string,
  outcome: Outcome,
  localStamp: (epochMs: number) => string,
): string {
  const appended = membersOf(outcome, localStamp);
  const { members, close } = layOutObject(inputText);
  const taken = new Set<string>([...ourKeys, ...appended.map(([key]) => key)]);
  const kept = renameTaken(inputText.slice(0, close), members, taken).trim();
  const separator = members.length === 0 ? "" : ", ";
  return `${kept}${separator}${joinMembers(appended)}}`;
}

/** The line of the completed file for an input line that is not a JSON object. */
export function invalidOutputLine(
  line: { readonly number: number; readonly text: string },
  outcome: Outcome,
  localStamp: (epochMs: number) => string,
): string {
  const own: Members = [
    ["input_line", line.number],
    ["input_text", line.text],
  ];
  return `{${joinMembers([...own, ...membersOf(outcome, localStamp)])}}`;
}

function membersOf(outcome: Outcome, localStamp: (epochMs: number) => string): Members {
  const values = valuesOf(outcome, localStamp);
  const { walk, line } = outcome;
  // A row has no single response.
  const keys = walk || line ? ourKeys.filter((key) => key !== "response") : ourKeys;
  const answer = outcome.status === "completed" ? outcome : undefined;
  const extra = Object.entries(answer?.extra ?? {}).filter(([key]) => !isOurs(key));
  const further = (walk && walkMembers(walk)) ?? (line && lineMembers(line)) ?? extra;
  return [...keys.flatMap((key) => memberOf(key, values[key])), ...further];
}

/** None for a value that is not there. */
function memberOf(key: string, value: JsonValue | undefined): Members {
  return value === undefined ? [] : [[key, value]];
}

type OurValues = Readonly<Record<(typeof ourKeys)[number], JsonValue | undefined>>;

function valuesOf(outcome: Outcome, localStamp: (epochMs: number) => string): OurValues {
  const { sentAt, finishedAt, attempts } = outcome;
  const sent = sentAt > 0;
  const answer = outcome.status === "completed" ? outcome : undefined;
  return {
    timestamp_sent: sent ? localStamp(sentAt) : undefined,
    model: answer?.model,
    status: outcome.status,
    response: answer ? answer.response : null,
    finish_reason: answer?.finishReason,
    usage: outcome.line?.usage ? { ...outcome.line.usage } : answer?.usage,
    cost: knownCost(outcome),
    reused: reusedOf(answer),
    latency_ms: sent ? Math.max(0, Math.round(finishedAt - sentAt)) : undefined,
    attempts: attempts > 0 ? attempts : undefined,
    error: outcome.status === "failed" ? errorOf(outcome.error) : undefined,
  };
}

function reusedOf(answer: CompletedOutcome | undefined): JsonValue | undefined {
  return answer?.reused && { ...answer.reused };
}

/** An unknown cost is no number, so the line has none. */
function knownCost({ cost }: Outcome): number | undefined {
  return cost ?? undefined;
}

/** The rows that a walk has made, and what happened on the way where something did. */
function walkMembers({ rows, failures, dropped, conflicts }: WalkResult): Members {
  const leaves = rows.map(({ leaf, path, row, failure }) => ({
    leaf,
    ...(path === "" ? {} : { path }),
    row,
    ...defined({ failure: failure && { ...failure } }),
  }));
  return [
    ["leaves", leaves],
    ...(failures.length > 0
      ? [
          member(
            "failures",
            failures.map((each) => ({ ...each })),
          ),
        ]
      : []),
    ...(Object.keys(dropped).length > 0 ? [member("dropped", dropped)] : []),
    ...(Object.keys(conflicts).length > 0 ? [member("conflicts", conflicts)] : []),
  ];
}

/** The end of a flow's line. Its error stands under `error`, with the rest of it here. */
function lineMembers({ output, nodes, kept, warnings, error }: LineEnd): Members {
  const { node, isUserError, trace } = error ?? {};
  const failure = error && defined({ node, is_user_error: isUserError, trace });
  return [
    ...memberOf("output", output),
    member("nodes", { ...nodes }),
    ...memberOf("kept", kept),
    ...memberOf("warnings", warnings && [...warnings]),
    ...memberOf("failure", failure),
  ];
}

function member(key: string, value: JsonValue): Members[number] {
  return [key, value];
}

/** True for a key that Ostinato appends to every completed line, except scores. */
export function isOurs(key: string): boolean {
  // The `includes` of a list of literals accepts only those literals.
  return (ourKeys as readonly string[]).includes(key);
}

function errorOf({ type, message, status, requestId }: Failure): JsonValue {
  return {
    type,
    message,
    ...defined({ status, request_id: requestId }),
  };
}

/** Renames each member with a taken name to `input-<key>`. `text` may end after the last one. */
export function renameTaken(
  text: string,
  members: readonly Member[],
  taken: ReadonlySet<string>,
): string {
  const inUse = new Set([...taken, ...members.map(({ key }) => key)]);
  const parts: string[] = [];
  let from = 0;
  for (const { key, keyStart, keyEnd } of members) {
    if (!taken.has(key)) continue;
    parts.push(text.slice(from, keyStart), stringText(freeName(key, inUse)));
    from = keyEnd;
  }
  return parts.join("") + text.slice(from);
}

/** Returns `input-<key>`, with more `input-` prefixes if the input already has that key. */
function freeName(key: string, inUse: ReadonlySet<string>): string {
  let name = `input-${key}`;
  while (inUse.has(name)) name = `input-${name}`;
  return name;
}

export function joinMembers(members: Members): string {
  return members.map(([key, value]) => `${stringText(key)}: ${pythonJson(value)}`).join(", ");
}

/** JSON with the separators of Python's json module. */
function pythonJson(value: JsonValue): string {
  if (typeof value === "string") return stringText(value);
  if (isJsonObject(value)) return `{${joinMembers(Object.entries(value))}}`;
  if (Array.isArray(value))
    return `[${value.map((item: JsonValue) => pythonJson(item)).join(", ")}]`;
  return JSON.stringify(value);
}
