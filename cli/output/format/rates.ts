import type { GroupRates } from "../../../src/domain/rates/rates.js";
import { formatCount } from "./format-count.js";

/**
 * `500 a minute, 20,000 tokens per minute, 10 in flight, 1,000 a day from 02:00
 * America/Los_Angeles`.
 */
export function ratesText(rates: GroupRates): string {
  const { requestsPerMinute, tokensPerMinute, inFlight, requestsPerDay } = rates;
  const parts = [`${formatCount(requestsPerMinute)} per minute`];
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
