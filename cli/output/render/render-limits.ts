import type { LimitHolder, LimitStatus } from "../../../src/client/limits/limits.js";
import { formatDuration } from "../../../src/settings/duration.js";
import { formatCount } from "../format/format-count.js";
import { formatTime } from "../format/format-moment.js";
import { slowdownText } from "../format/slowdown-text.js";
import { renderTable } from "../terminal/table.js";

/**
 * Renders limits, one line per key: calls of the last minute and maximum, slowdowns, and the groups
 * that share the limit.
 */
export function renderLimits(
  limits: readonly LimitStatus[],
  nowMs: number,
  width?: number,
): string {
  const head = ["key", "last minute", "tokens", "today", "in flight", "cap"];
  const rows = limits.map((limit) => {
    const { lastMinute, requestsPerMinute, tokensPerMinute, calls, inFlight } = limit;
    if (!limit.answered) return [limit.key, "no worker answers", "", "", "", ""];
    return [
      limit.key,
      countOf(lastMinute.calls, requestsPerMinute),
      tokensPerMinute === undefined ? "-" : countOf(lastMinute.tokens, tokensPerMinute),
      today(limit, nowMs),
      countOf(calls, inFlight),
      capOf(limit) || "-",
    ];
  });
  const table = renderTable(head, rows, { width });
  const holders = limits.flatMap(({ key, holders: own }) =>
    own.map((one) => holderRow(key, one, nowMs)),
  );
  const holderHead = ["used by", "key", "priority", "per minute", "waits"];
  const slowdowns = limits.flatMap(({ key, slowdowns: own }) =>
    own.map((slowdown) => `${key}: ${slowdownText(slowdown, nowMs)}`),
  );
  return [
    table,
    ...(slowdowns.length > 0 ? [slowdowns.join("\n")] : []),
    ...(holders.length > 0 ? [renderTable(holderHead, holders, { width })] : []),
  ].join("\n\n");
}

function holderRow(key: string, holder: LimitHolder, nowMs: number): string[] {
  const { group, priority, requestsPerMinute, tokensPerMinute } = holder;
  const tokens = tokensPerMinute === undefined ? "" : `, ${formatCount(tokensPerMinute)} tokens`;
  return [
    group,
    key,
    priority.toString(),
    `${formatCount(requestsPerMinute)}${tokens}`,
    waits(holder, nowMs),
  ];
}

/** Renders the users of each limit, with their shares of the allowed calls. */
export function renderShares(limits: readonly LimitStatus[], width?: number): string {
  const rows = limits.flatMap(({ key, requestsPerMinute, holders }) =>
    holders.map(({ group, perMinute }) => [
      ...[key, group, countOf(perMinute, requestsPerMinute)],
      requestsPerMinute === undefined
        ? "-"
        : `${Math.round((perMinute * 100) / requestsPerMinute)} %`,
    ]),
  );
  const head = ["limit", "used by", "per minute", "share"];
  return rows.length === 0 ? "" : renderTable(head, rows, { width });
}

function waits({ waitsForMs, waitsUntilMs }: LimitHolder, nowMs: number): string {
  if (waitsUntilMs !== undefined)
    return `until ${formatTime(waitsUntilMs, nowMs)}, for the next day`;
  return waitsForMs === undefined ? "-" : `for ${formatDuration(waitsForMs)}`;
}

function today({ days, cap, holders }: LimitStatus, nowMs: number): string {
  const quotas = [cap, ...holders].flatMap(({ requestsPerDay }) => requestsPerDay?.requests ?? []);
  const most = quotas.length === 0 ? undefined : Math.max(...quotas);
  const counts = days.map(
    ({ calls, endsAtMs }) => `${countOf(calls, most)} until ${formatTime(endsAtMs, nowMs)}`,
  );
  return counts.length === 0 ? "-" : counts.join(", ");
}

function capOf({ cap }: LimitStatus): string {
  const { requestsPerMinute, tokensPerMinute, requestsPerDay, inFlight } = cap;
  const parts = [
    [requestsPerMinute, "per minute"],
    [tokensPerMinute, "tokens per minute"],
    [requestsPerDay?.requests, "per day"],
    [inFlight, "in flight"],
  ] as const;
  return parts
    .flatMap(([count, what]) => (count === undefined ? [] : `${formatCount(count)} ${what}`))
    .join(", ");
}

function countOf(count: number, most: number | undefined): string {
  return most === undefined ? formatCount(count) : `${formatCount(count)} of ${formatCount(most)}`;
}
