/**
 * Checks changes, caps and requests for slots. Commands check before they send a message, and
 * workflows before they accept it, because people can also send messages from the Temporal Web UI.
 * A workflow that fails on a message receives it again forever. Each check returns the problem in a
 * sentence, or `undefined`.
 */
import { isJsonArray, isJsonObject } from "../json/json.js";
import type { JsonObject, JsonValue } from "../json/json.js";
import { isRequestRate, requestRateText } from "../rates/rates.js";
import { timeZoneNamed } from "../rates/time-zone.js";
import { fieldsOf, isAmount, isCount, textOf } from "./message-values.js";

export function problemOfChange(message: unknown): string | undefined {
  const change = fieldsOf(message);
  if (!change) return `Expected a change as an object, got ${textOf(message)}.`;
  const { requestsPerMinute, inFlight, priority, maxCost, changes = 0, limit } = change;
  if (!isCount(changes)) return `Expected a number of changes, got ${textOf(changes)}.`;
  return (
    problemOfGroup(change) ??
    problemOfTargetLimit(limit) ??
    problemOfPriority(priority) ??
    problemOfRequestRate(requestsPerMinute) ??
    problemOfRate("--max-cost", maxCost) ??
    (inFlight === null ? undefined : problemOfCount("--in-flight", inFlight))
  );
}

/**
 * Returns the problem of a resume. A resume without a message is valid: it leaves the maximum cost
 * as it is.
 */
export function problemOfResume(message: unknown): string | undefined {
  if (message === undefined || message === null) return undefined;
  const resume = fieldsOf(message);
  if (!resume) return `Expected a resume as an object, got ${textOf(message)}.`;
  const { maxCost, resumes = 0 } = resume;
  if (!isCount(resumes)) return `Expected a number of resumes, got ${textOf(resumes)}.`;
  return problemOfRate("--max-cost", maxCost);
}

/** Returns the problem of a cap. An empty cap is valid: it removes the cap. */
export function problemOfCap(message: unknown): string | undefined {
  const cap = fieldsOf(message);
  if (!cap) return `Expected a cap as an object, got ${textOf(message)}.`;
  const { requestsPerMinute, tokensPerMinute, inFlight, requestsPerDay } = cap;
  return (
    problemOfRequestRate(requestsPerMinute) ??
    problemOfRate("--tokens-per-minute", tokensPerMinute) ??
    problemOfCount("--in-flight", inFlight) ??
    (requestsPerDay === undefined ? undefined : problemOfQuota(requestsPerDay))
  );
}

export function problemOfLease(message: unknown): string | undefined {
  const { process, asks, reports = [], endedWorkers = [] } = fieldsOf(message) ?? {};
  if (typeof process !== "string" || !isJsonArray(asks)) {
    return `Expected a process and what its groups ask for, got ${textOf(message)}.`;
  }
  const wrong = asks.find((ask) => !isAsk(ask));
  if (wrong !== undefined) {
    return `Expected a group, its rate, and what it wants and does, got ${textOf(wrong)}.`;
  }
  if (!isJsonArray(endedWorkers) || !endedWorkers.every((name) => typeof name === "string")) {
    return `Expected a list of names of ended workers, got ${textOf(endedWorkers)}.`;
  }
  if (isJsonArray(reports) && reports.every(isReport)) return undefined;
  return `Expected a report of how calls of an API and model ended, got ${textOf(reports)}.`;
}

function isReport(message: JsonValue): boolean {
  const {
    target,
    host,
    answered,
    refused,
    refusedSentMsAgo = 0,
    holdForMs = 0,
    away = {},
  } = fieldsOf(message) ?? {};
  const { sentMsAgo = 0 } = fieldsOf(away) ?? {};
  const isNamed = typeof target === "string" && typeof host === "string" && isJsonObject(away);
  return isNamed && [answered, refused, refusedSentMsAgo, holdForMs, sentMsAgo].every(isAmount);
}

function isAsk(message: unknown): boolean {
  const { requestsPerMinute, ...ask } = fieldsOf(message) ?? {};
  if (problemOfCap(ask) !== undefined) return false;
  const { group, priority, wanted, claimed, running } = ask;
  // A rate above the maximum counts as the maximum, because a rejected request would be sent again
  // forever.
  const hasRate = isAmount(requestsPerMinute) && requestsPerMinute > 0;
  const isNamed = typeof group === "string" && hasRate;
  return isNamed && [priority, wanted, claimed, running].every(isAmount);
}

function problemOfQuota(message: JsonValue): string | undefined {
  const { requests = null, resetHour, timeZone } = fieldsOf(message) ?? {};
  if (!(isCount(resetHour) && resetHour < 24)) {
    return `Expected --reset-hour to be a whole number from 0 to 23, got ${textOf(resetHour)}.`;
  }
  if (typeof timeZone !== "string" || timeZoneNamed(timeZone) === undefined) {
    return `Expected --time-zone to be a name such as Europe/Berlin, got ${textOf(timeZone)}.`;
  }
  return problemOfCount("--requests-per-day", requests);
}

function problemOfGroup({ group, maxCost }: JsonObject): string | undefined {
  if (group === undefined) return undefined;
  if (typeof group !== "string") return `Expected --group to be a name, got ${textOf(group)}.`;
  if (maxCost === undefined) return undefined;
  return "Expected --max-cost for the whole experiment, got a --group too. Leave out one of them.";
}

function problemOfTargetLimit(message: JsonValue | undefined): string | undefined {
  if (message === undefined) return undefined;
  const { limitKey, limitId } = fieldsOf(message) ?? {};
  if (typeof limitKey === "string" && typeof limitId === "string") return undefined;
  return `Expected the key and the id of a limit, got ${textOf(message)}.`;
}

function problemOfPriority(value: JsonValue | undefined): string | undefined {
  if (value === undefined || (isCount(value) && value >= 1 && value <= 5)) return undefined;
  return `Expected --priority to be a whole number from 1 to 5, got ${textOf(value)}.`;
}

function problemOfRequestRate(value: JsonValue | undefined): string | undefined {
  if (value === undefined || isRequestRate(value)) return undefined;
  return `Expected --max-queries to be ${requestRateText}, got ${textOf(value)}.`;
}

function problemOfRate(flag: string, value: JsonValue | undefined): string | undefined {
  if (value === undefined || (isAmount(value) && value > 0)) return undefined;
  return `Expected ${flag} to be a number above 0, got ${textOf(value)}.`;
}

function problemOfCount(flag: string, value: JsonValue | undefined): string | undefined {
  if (value === undefined || (isCount(value) && value > 0)) return undefined;
  return `Expected ${flag} to be a whole number above 0, got ${textOf(value)}.`;
}
