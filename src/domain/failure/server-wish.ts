/**
 * Reads how long a server asks clients to wait. The sources, in order of trust: `retry-after-ms`,
 * `retry-after`, "try again in 7s" in the message, then the `x-ratelimit-*` headers of a used-up
 * budget.
 */
interface Words {
  readonly headers: Readonly<Record<string, string>>;
  readonly message: string;
  /**
   * True for a throttled call. For other calls the message and the budget headers are ignored,
   * because they do not concern the call.
   */
  readonly throttled: boolean;
}

const dayMs = 86_400_000;
/**
 * Longest trusted reset. Budget headers say when the budget is full again, but a call may fit long
 * before.
 */
const longestResetMs = 120_000;

/** Returns milliseconds, above 0 and at most a day, or `undefined` if the server names no time. */
export function readServerWish(
  { headers, message, throttled }: Words,
  nowMs: number,
): number | undefined {
  const asked =
    readNumber(headers["retry-after-ms"]) ??
    scale(readNumber(headers["retry-after"])) ??
    readDate(headers["retry-after"], nowMs);
  if (asked !== undefined && asked > 0) return Math.min(asked, dayMs);
  if (!throttled) return undefined;
  const told = readText(message);
  if (told !== undefined && told > 0) return Math.min(told, dayMs);
  const reset = readResets(headers, nowMs);
  return reset === undefined ? undefined : Math.min(reset, longestResetMs);
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function scale(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.ceil(seconds * 1000);
}

/**
 * Parses the date of a `retry-after`. One of HTTP's three date formats has no time zone. All three
 * mean GMT.
 */
function readDate(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined || !/^\s*[A-Za-z]{3,9},?\s/.test(text)) return undefined;
  const at = Date.parse(/GMT\s*$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : at - nowMs;
}

/** Parses "Please try again in 1m7.5s", "retry after 20 seconds" or "Please retry in 350ms". */
function readText(message: string): number | undefined {
  const [, found] =
    /\b(?:try again|retry)(?: again)? (?:in|after):? ((?:\d+(?:\.\d+)? ?[a-z]+,? ?(?:and )?){1,4})/i.exec(
      message,
    ) ?? [];
  return found === undefined ? undefined : readDuration(found);
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: dayMs,
};

/** Parses `120ms`, `6m0s`, `1h2m3.5s` or `20 seconds`. Text after the known units is ignored. */
function readDuration(text: string): number | undefined {
  let sumMs: number | undefined;
  const part =
    /(\d+(?:\.\d+)?) ?(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-z])/gi;
  for (const [, amount, word = ""] of text.matchAll(part)) {
    const unit = /^m(s|illi)/i.test(word) ? "ms" : word.charAt(0).toLowerCase();
    sumMs = (sumMs ?? 0) + Number(amount) * (unitMs[unit] ?? 0);
  }
  return sumMs === undefined ? undefined : Math.ceil(sumMs);
}

const resetName = /^(x|anthropic)-ratelimit-(?:reset(-\w+)*|(\w+-)*reset)$/;

/**
 * Returns the longest wait among the used-up budgets. If no header says what remains, returns the
 * shortest wait.
 */
function readResets(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const usedUp: number[] = [];
  const unknown: number[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!resetName.test(name)) continue;
    const waitMs = readReset(value, nowMs);
    if (waitMs === undefined || waitMs <= 0) continue;
    const left = readNumber(headers[name.replace("reset", "remaining")]);
    if (left === 0) usedUp.push(waitMs);
    else if (left === undefined) unknown.push(waitMs);
  }
  if (usedUp.length > 0) return Math.max(...usedUp);
  return unknown.length > 0 ? Math.min(...unknown) : undefined;
}

/** Parses a duration, a date, an instant in s or ms since the epoch, or a number of seconds. */
function readReset(text: string, nowMs: number): number | undefined {
  const number = readNumber(text);
  if (number !== undefined) {
    if (number > 1e12) return number - nowMs;
    return number > 1e9 ? number * 1000 - nowMs : Math.ceil(number * 1000);
  }
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? readDuration(text) : at - nowMs;
}
