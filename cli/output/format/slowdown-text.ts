import type { Slowdown } from "../../../src/domain/limit/slowing/slowdowns.js";
import { oneLine } from "./fit-text.js";
import { formatCount } from "./format-count.js";
import { formatClock, formatTime } from "./format-moment.js";

/**
 * Returns the reason for delayed calls and the time of the next call: `api.openai.com unreachable
 * since 14:03:10, next try 14:05:02`.
 */
export function slowdownText(slowdown: Slowdown, nowMs: number): string {
  const since = formatTime(slowdown.sinceMs, nowMs);
  if (slowdown.kind === "unreachable") {
    const { host, nextTryAtMs } = slowdown;
    const next = nextTryAtMs > nowMs ? `next try ${formatTime(nextTryAtMs, nowMs)}` : "trying now";
    return `${oneLine(host)} unreachable since ${since}, ${next}`;
  }
  const { target, requestsPerMinute, heldUntilMs = 0 } = slowdown;
  const held = heldUntilMs > nowMs ? `, next call ${formatTime(heldUntilMs, nowMs)}` : "";
  const rate = `${formatCount(rounded(requestsPerMinute))}/min`;
  return `${oneLine(target)} slowed to ${rate} by the server's 429s since ${since}${held}`;
}

/** Returns the reason in a sentence that stays true until the slowdown ends. */
export function slowdownSentence(slowdown: Slowdown): string {
  const since = formatClock(slowdown.sinceMs);
  if (slowdown.kind === "unreachable") {
    return `${oneLine(slowdown.host)} has been unreachable since ${since}. Its records wait and continue automatically.`;
  }
  const target = oneLine(slowdown.target);
  return `The server's 429s have slowed ${target} down since ${since}. They use up no attempts.`;
}

function rounded(requestsPerMinute: number): number {
  return requestsPerMinute < 10
    ? Math.round(requestsPerMinute * 10) / 10
    : Math.round(requestsPerMinute);
}
