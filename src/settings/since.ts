const unitMs: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/**
 * Parses a time in the past: `30m`, `12h`, `2d` or `1w` before now, or a date or time in ISO 8601,
 * in local time if it has no time zone. Returns ms since the epoch; `undefined` for anything else.
 */
export function parseSince(text: string, nowMs: number): number | undefined {
  const trimmed = text.trim();
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*([mhdw])$/.exec(trimmed) ?? [];
  if (amount !== undefined) return nowMs - Number(amount) * (unitMs[unit] ?? 0);
  if (
    !/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(trimmed)
  ) {
    return undefined;
  }
  // JavaScript reads a date without a time as UTC.
  const parsed = Date.parse(trimmed.length === 10 ? `${trimmed}T00:00` : trimmed);
  return Number.isNaN(parsed) ? undefined : parsed;
}
