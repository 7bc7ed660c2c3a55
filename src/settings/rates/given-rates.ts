import type { JsonObject, JsonValue } from "../../domain/json/json.js";
import { isJsonObject } from "../../domain/json/json.js";
import { hintOf, nearestMatch } from "../../domain/nearest-match.js";
import { isRequestRate, requestRateText } from "../../domain/rates/rates.js";
import type { DailyQuota, GivenRates } from "../../domain/rates/rates.js";
import { UserError } from "../../domain/failure/user-error.js";
import { timeZoneNamed } from "../../domain/rates/time-zone.js";

/** The owner of the rates and their place in the file, for messages. */
export interface RatePlace {
  /** Name of the owner, in quotes. */
  readonly name: string;
  readonly path: string;
  readonly line: number;
}

/**
 * Reads a number of requests per minute, or an object with some of `rateWords`. Throws a
 * `UserError` for anything else.
 */
export function readGivenRates(value: JsonValue, place: RatePlace): GivenRates {
  if (!isJsonObject(value)) return { requestsPerMinute: requestsPerMinute(value, place) };
  refuseOtherWords(value, rateWords, place);
  const rates = Object.entries(value).map(([word, given]) => readers[word]?.(given, place) ?? {});
  // Each of `rates` is a partial GivenRates.
  return Object.assign({}, ...rates) as GivenRates;
}

type Reader = (given: JsonValue, place: RatePlace) => GivenRates;

const readers: Readonly<Record<string, Reader>> = {
  requests_per_minute: (given, place) => ({ requestsPerMinute: requestsPerMinute(given, place) }),
  tokens_per_minute: (given, place) => {
    const tokensPerMinute = above0(given);
    if (tokensPerMinute !== undefined) return { tokensPerMinute };
    throw unfit({ word: "tokens_per_minute", expected: "a number above 0", given }, place);
  },
  in_flight: (given, place) => ({ inFlight: whole("in_flight", given, place) }),
  requests_per_day: (given, place) => ({ requestsPerDay: dailyQuota(given, place) }),
};

export const rateWords: readonly string[] = Object.keys(readers);

/** Names of rates in other tools, in lower case without `_` and `-`. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  requests_per_minute: ["rpm", "qpm", "requests", "queries", "rate", "maxqueries", "perminute"],
  tokens_per_minute: ["tpm", "tokens", "maxtokens"],
  in_flight: ["concurrency", "concurrent", "maxinflight", "maxconcurrency", "parallel"],
  requests_per_day: ["rpd", "qpd", "daily", "perday"],
};

/** Returns the word that a mistyped word, or a word from another tool, most likely means. */
export function meantRateWord(word: string): string | undefined {
  const plain = word.toLowerCase().replace(/[^a-z0-9]/g, "");
  const alias = Object.keys(otherNames).find((name) => otherNames[name]?.includes(plain));
  return alias ?? nearestMatch(word, rateWords);
}

const quotaWords = ["requests", "reset_hour", "time_zone"] as const;

function dailyQuota(given: JsonValue, place: RatePlace): DailyQuota {
  if (!isJsonObject(given)) {
    return {
      requests: whole("requests_per_day", given, place),
      resetHour: 0,
      timeZone: "UTC",
    };
  }
  refuseOtherWords(given, quotaWords, place);
  return {
    requests: whole("requests", given["requests"], place),
    resetHour: resetHour(given["reset_hour"], place),
    timeZone: timeZone(given["time_zone"], place),
  };
}

function resetHour(given: JsonValue | undefined, place: RatePlace): number {
  if (given === undefined) return 0;
  if (typeof given === "number" && Number.isInteger(given) && given >= 0 && given < 24) {
    return given;
  }
  throw unfit({ word: "reset_hour", expected: "a whole number from 0 to 23", given }, place);
}

function timeZone(given: JsonValue | undefined, place: RatePlace): string {
  if (given === undefined) return "UTC";
  const expected = 'the name of a time zone such as "America/Los_Angeles"';
  if (typeof given !== "string") throw unfit({ word: "time_zone", expected, given }, place);
  const known = timeZoneNamed(given);
  if (known !== undefined) return known;
  const nearest = nearestMatch(given, Intl.supportedValuesOf("timeZone"));
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  throw unfit({ word: "time_zone", expected, given, hint }, place);
}

function requestsPerMinute(given: JsonValue, place: RatePlace): number {
  if (isRequestRate(given)) return given;
  const { name, path, line } = place;
  throw new UserError(
    `Expected the requests per minute of ${name} in ${path}, line ${line}, to be ${requestRateText}, ` +
      `got ${JSON.stringify(given).slice(0, 60)}. Correct it, or leave ${name} out.`,
  );
}

function whole(word: string, given: JsonValue | undefined, place: RatePlace): number {
  const value = above0(given);
  if (value !== undefined && Number.isSafeInteger(value)) return value;
  throw unfit({ word, expected: "a whole number above 0", given }, place);
}

function above0(given: JsonValue | undefined): number | undefined {
  return typeof given === "number" && Number.isFinite(given) && given > 0 ? given : undefined;
}

function refuseOtherWords(
  given: JsonObject,
  words: readonly string[],
  { name, path, line }: RatePlace,
): void {
  const other = Object.keys(given).find((key) => !words.includes(key));
  if (other === undefined) return;
  const meant = meantRateWord(other);
  const hint =
    meant !== undefined && words.includes(meant)
      ? `Did you mean "${meant}"?`
      : hintOf(other, words);
  throw new UserError(
    `Unknown "${other}" among the rates of ${name} in ${path}, line ${line}. ${hint}`,
  );
}

interface Unfit {
  readonly word: string;
  readonly expected: string;
  readonly given: JsonValue | undefined;
  readonly hint?: string;
}

function unfit(
  { word, expected, given, hint = "" }: Unfit,
  { name, path, line }: RatePlace,
): UserError {
  const got = given === undefined ? "nothing" : JSON.stringify(given).slice(0, 60);
  return new UserError(
    `Expected \`${word}\` of ${name} in ${path}, line ${line}, to be ${expected}, got ${got}.${hint}`,
  );
}
