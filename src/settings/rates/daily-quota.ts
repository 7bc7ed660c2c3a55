import type { DailyQuota } from "../../domain/rates/rates.js";
import { UserError } from "../../domain/failure/user-error.js";
import type { RunSettings } from "../settings.js";

/** The settings that make up a daily quota. */
export type QuotaSettings = Pick<RunSettings, "requestsPerDay" | "resetHour" | "timeZone">;

type PossiblyUndefined = {
  readonly [Key in keyof QuotaSettings]: QuotaSettings[Key] | undefined;
};

/**
 * Returns the daily quota. Throws a `UserError` if the hour or the time zone is set without a
 * number of requests.
 */
export function dailyQuotaOf({
  requestsPerDay,
  resetHour,
  timeZone,
}: PossiblyUndefined): DailyQuota | undefined {
  if (requestsPerDay !== undefined) {
    return { requests: requestsPerDay, resetHour: resetHour ?? 0, timeZone: timeZone ?? "UTC" };
  }
  if (resetHour === undefined && timeZone === undefined) return undefined;
  throw new UserError("Expected `--requests-per-day N` beside `--reset-hour` and `--time-zone`.");
}

/** Converts a quota back to its settings. */
export function quotaSettings({ requests, ...reset }: DailyQuota): QuotaSettings {
  return { requestsPerDay: requests, ...reset };
}
