import type { ExperimentStatus, GroupStatus } from "../../../src/client/status/status.js";
import type { GroupRates } from "../../../src/domain/rates/rates.js";
import { formatCount } from "./format-count.js";

type SharedRates = Pick<GroupStatus, "requestsPerMinuteOfEach">;

/** Formats the allowed rate as `1,130 per minute`, or `600 per minute for each of 3 models`. */
export function allowedText({ groups, requestsPerMinute }: ExperimentStatus): string {
  const [only, ...others] = groups;
  return perMinuteText(only && others.length === 0 ? only : { requestsPerMinute });
}

function perMinuteText({
  requestsPerMinute,
  requestsPerMinuteOfEach: each,
}: Pick<GroupRates, "requestsPerMinute"> & SharedRates): string {
  if (each === undefined) return `${formatCount(requestsPerMinute)} per minute`;
  const models = Math.round(requestsPerMinute / each);
  return `${formatCount(each)} per minute for each of ${formatCount(models)} models`;
}

/**
 * Formats rates as `500 a minute, 20,000 tokens per minute, 10 in flight, 1,000 a day from 02:00
 * America/Los_Angeles`.
 */
export function ratesText(rates: GroupRates & SharedRates): string {
  const { tokensPerMinute, inFlight, requestsPerDay } = rates;
  const parts = [perMinuteText(rates)];
  if (tokensPerMinute !== undefined)
    parts.push(`${formatCount(tokensPerMinute)} tokens per minute`);
  if (inFlight !== undefined) parts.push(`${formatCount(inFlight)} in flight`);
  if (requestsPerDay) {
    const { requests, resetHour, timeZone } = requestsPerDay;
    const hour = resetHour.toString().padStart(2, "0");
    parts.push(`${formatCount(requests)} per day from ${hour}:00 ${timeZone}`);
  }
  return parts.join(", ");
}
