import { defined } from "../defined.js";
import type { LineEnd } from "../flow/line.js";
import type { WalkResult } from "../graph/walk/walk.js";
import type { JsonObject, JsonValue } from "../json/json.js";
import { isJsonObject } from "../json/json.js";
import type { Member } from "../json/json-text.js";
import { layOutObject, stringText } from "../json/json-text.js";
import type { TokenCounts } from "../tokens/token-counts.js";
import type { CompletedOutcome, Failure, Outcome } from "./outcome.js";

/**
 * A line of the completed file: the input line's own text, followed by our keys. Numbers, key order
 * and unknown keys stay unchanged. Keys of the input that equal one of our keys are renamed
 * `input-<key>`.
 */

/** Our keys in the order of a line. */
export const ourKeys = [
  "timestamp_sent",
  "sent_at",
  "model",
  "status",
  "response",
  "finish_reason",
  "usage",
  "token_usage",
  "cost",
  "reused",
  "latency_ms",
  "attempts",
  "error",
] as const;

/** Keys and values to append to a line. */
export type Members = readonly (readonly [key: string, value: JsonValue])[];

export interface LineFormat {
  /** Formats an instant (epoch milliseconds) as `DD-MM-YYYY-HH-MM-SS`, local time. */
  readonly localStamp: (epochMs: number) => string;
  /** Reads an API's usage. @default lines have no `token_usage` */
  readonly tokensOf?: (api: string, usage: JsonObject) => TokenCounts | undefined;
}

export function outputLine(inputText: string, outcome: Outcome, format: LineFormat): string {
  const { members, close } = layOutObject(inputText);
  const api = members.findLast(({ key }) => key === "api");
  const apiText = api && inputText.slice(api.valueStart, api.valueEnd).trim();
  const appended = membersOf(outcome, format, apiText);
  const taken = new Set<string>([...ourKeys, ...appended.map(([key]) => key)]);
  const kept = renameTaken(inputText.slice(0, close), members, taken).trim();
  const separator = members.length === 0 ? "" : ", ";
  return `${kept}${separator}${joinMembers(appended)}}`;
}

/** The line of the completed file for an input line that is not a JSON object. */
export function invalidOutputLine(
  line: { readonly number: number; readonly text: string },
  outcome: Outcome,
  format: LineFormat,
): string {
  const own: Members = [
    ["input_line", line.number],
    ["input_text", line.text],
  ];
  return `{${joinMembers([...own, ...membersOf(outcome, format)])}}`;
}

/** @param apiText the API as JSON text */
function membersOf(outcome: Outcome, format: LineFormat, apiText?: string): Members {
  const values = valuesOf(outcome, format, apiText);
  const { walk, line } = outcome;
  // A row has no single response.
  const keys = walk || line ? ourKeys.filter((key) => key !== "response") : ourKeys;
  const answer = outcome.status === "completed" ? outcome : undefined;
  const extra = Object.entries(answer?.extra ?? {}).filter(([key]) => !isOurs(key));
  const further = (walk && walkMembers(walk)) ?? (line && lineMembers(line)) ?? extra;
  return [...keys.flatMap((key) => memberOf(key, values[key])), ...further];
}

/** Returns the member, or none for a missing value. */
function memberOf(key: string, value: JsonValue | undefined): Members {
  return value === undefined ? [] : [[key, value]];
}

type OurValues = Readonly<Record<(typeof ourKeys)[number], JsonValue | undefined>>;

function valuesOf(outcome: Outcome, format: LineFormat, apiText: string | undefined): OurValues {
  const { sentAt, finishedAt, attempts } = outcome;
  const sent = sentAt > 0;
  const answer = outcome.status === "completed" ? outcome : undefined;
  const usage = usageOf(outcome);
  return {
    ...timesOf(sentAt, format),
    model: answer?.model,
    status: outcome.status,
    response: answer ? answer.response : null,
    finish_reason: answer?.finishReason,
    usage,
    token_usage: tokenUsage(usage, format, apiText),
    cost: knownCost(outcome),
    reused: reusedOf(answer),
    latency_ms: sent ? Math.max(0, Math.round(finishedAt - sentAt)) : undefined,
    attempts: attempts > 0 ? attempts : undefined,
    error: outcome.status === "failed" ? errorOf(outcome.error) : undefined,
  };
}

function timesOf(
  sentAt: number,
  { localStamp }: LineFormat,
): Pick<OurValues, "timestamp_sent" | "sent_at"> {
  if (sentAt <= 0) return { timestamp_sent: undefined, sent_at: undefined };
  return { timestamp_sent: localStamp(sentAt), sent_at: new Date(sentAt).toISOString() };
}

function usageOf(outcome: Outcome): JsonValue | undefined {
  if (outcome.line?.usage) return { ...outcome.line.usage };
  return outcome.status === "completed" ? outcome.usage : undefined;
}

function reusedOf(answer: CompletedOutcome | undefined): JsonValue | undefined {
  return answer?.reused && { ...answer.reused };
}

/** Returns the tokens of a usage under the same names for all APIs. Parts that are 0 are absent. */
function tokenUsage(
  usage: JsonValue | undefined,
  { tokensOf }: LineFormat,
  apiText: string | undefined,
): JsonValue | undefined {
  if (!tokensOf || !isJsonObject(usage)) return undefined;
  const isText = apiText?.startsWith('"') === true;
  // Parsing a JSON string returns a string.
  const api = isText ? (JSON.parse(apiText) as string) : "";
  const counts = tokensOf(api, usage);
  return (
    counts &&
    defined({
      input_tokens: counts.input,
      output_tokens: counts.output,
      cached_input_tokens: counts.cachedInput,
      cache_write_tokens: counts.cacheWrite,
      reasoning_tokens: counts.reasoning,
    })
  );
}

/** Returns the cost. A line has no key for an unknown cost. */
function knownCost({ cost }: Outcome): number | undefined {
  return cost ?? undefined;
}

/** Returns the rows that a walk has made, with failures, drops and conflicts if there are any. */
function walkMembers({ rows, failures, dropped, conflicts }: WalkResult): Members {
  const leaves = rows.map(({ leaf, path, row, failure }) => ({
    leaf,
    ...(path !== "" && { path }),
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

/**
 * Returns the end of a flow's line. The error's message is under `error`; its other fields are
 * here.
 */
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
  // TypeScript lets `includes` of a list of literals accept only those literals.
  return (ourKeys as readonly string[]).includes(key);
}

function errorOf({ type, message, status, requestId }: Failure): JsonValue {
  return {
    type,
    message,
    ...defined({ status, request_id: requestId }),
  };
}

/**
 * Renames each member with a taken name to `input-<key>`. `text` may end right after its last
 * member.
 */
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

/** Returns JSON with the separators of Python's json module. */
function pythonJson(value: JsonValue): string {
  if (typeof value === "string") return stringText(value);
  if (isJsonObject(value)) return `{${joinMembers(Object.entries(value))}}`;
  if (Array.isArray(value))
    return `[${value.map((item: JsonValue) => pythonJson(item)).join(", ")}]`;
  return JSON.stringify(value);
}
