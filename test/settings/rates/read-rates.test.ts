import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import type { RateTable } from "../../../src/settings/rates/read-rates.js";
import { readRates } from "../../../src/settings/rates/read-rates.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

async function read(text: string): Promise<RateTable> {
  const path = join(temporaryFolder(), "rates.json");
  writeFileSync(path, text);
  return readRates(path);
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message.replace(/\S*\/(?=\w+\.json)/g, "");
}

describe("a rate table", () => {
  test("has numbers, models, and both as objects of rates, in the file's order", async () => {
    const { rates, lines } = await read(`\uFEFF{
      "openai": {"gpt-4o": 500, "7": 3, "default": {"requests_per_minute": 0.5, "in_flight": 4}},
      "2": 20,
      "1": {"tokens_per_minute": 90000,
            "requests_per_day": 1000},
      "far": {"requests_per_day": {"requests": 50, "reset_hour": 9, "time_zone": "Asia/Tokyo"}}
    }`);
    expect(rates).toEqual([
      {
        name: "openai",
        models: [
          { model: "gpt-4o", rates: { requestsPerMinute: 500 } },
          { model: "7", rates: { requestsPerMinute: 3 } },
          { model: "default", rates: { requestsPerMinute: 0.5, inFlight: 4 } },
        ],
      },
      { name: "2", rates: { requestsPerMinute: 20 } },
      {
        name: "1",
        rates: {
          tokensPerMinute: 90_000,
          requestsPerDay: { requests: 1000, resetHour: 0, timeZone: "UTC" },
        },
      },
      {
        name: "far",
        rates: { requestsPerDay: { requests: 50, resetHour: 9, timeZone: "Asia/Tokyo" } },
      },
    ]);
    expect(lines.find(({ name, model }) => name === "openai" && model === "7")?.line).toBe(2);
    expect(lines.find(({ name }) => name === "far")?.line).toBe(6);
  });

  test("takes the last of two entries of one name, at the place of the first", async () => {
    const { rates } = await read('{"a": 1, "b": 2, "a": {"m": 1, "n": 2, "m": 3}}');
    expect(rates).toEqual([
      {
        name: "a",
        models: [
          { model: "m", rates: { requestsPerMinute: 3 } },
          { model: "n", rates: { requestsPerMinute: 2 } },
        ],
      },
      { name: "b", rates: { requestsPerMinute: 2 } },
    ]);
  });
});

describe("a rate table is refused", () => {
  test.each([
    [
      "0",
      '"openai" in rates.json, line 2, to be a number from 0.0007 (one call a day) to 600,000, got 0.',
    ],
    [
      "true",
      '"openai" in rates.json, line 2, to be a number from 0.0007 (one call a day) to 600,000, got true.',
    ],
    ["-5", "got -5."],
    ["600001", "to be a number from 0.0007 (one call a day) to 600,000, got 600001."],
    ['"500"', 'got "500".'],
    ["null", "got null."],
    ["[5]", "got [5]."],
    [
      '{"gpt-4o": 0}',
      '"gpt-4o" of "openai" in rates.json, line 2, to be a number from 0.0007 (one call a day) to 600,000, got 0.',
    ],
    ['{"gpt-4o": true}', "got true."],
    ['{"in_flight": 1.5}', "Expected `in_flight` of"],
    ['{"tokens_per_minute": 0}', "Expected `tokens_per_minute` of"],
    ['{"requests_per_day": {"reset_hour": 3}}', "to be a whole number above 0, got nothing."],
    ['{"requests_per_day": {"requests": 3, "reset_hour": 24}}', "a whole number from 0 to 23"],
    [
      '{"requests_per_day": {"requests": 3, "time_zone": "Asia/Tokio"}}',
      'got "Asia/Tokio". Did you mean "Asia/Tokyo"?',
    ],
    ['{"requests_per_day": {"request": 3}}', 'Unknown "request" among the rates'],
    ['{"in_flight": 5, "gpt-4o": 5}', 'Unknown "gpt-4o" among the rates of "openai"'],
    ['{"request_per_minute": 5}', 'Did you mean "requests_per_minute"?'],
    ['{"rpm": 500}', 'got "rpm". Did you mean "requests_per_minute"?'],
    ['{"gpt-4o": {"TPM": 500}}', 'Unknown "TPM" among the rates of "gpt-4o" of "openai"'],
    ['{"gpt-4o": {"TPM": 500}}', 'Did you mean "tokens_per_minute"?'],
    ['{"max-concurrency": 500}', 'Did you mean "in_flight"?'],
  ])("where a name has %s", async (value, words) => {
    expect(await messageOf(read(`{\n"openai": ${value}}`))).toContain(words);
  });

  test.each([
    ['{"requests_per_minute": 5}', 'Write the rates below a name: {"openai"'],
    ['{"rpm": 500}', 'got "rpm". Write the rates below a name: {"openai": {"requests_per_minute"'],
    ["[1]", "to hold one JSON object"],
    ['{"a": 5,\n\n "b" 6}', "rates.json, line 3:"],
  ])("that is %s", async (text, words) => {
    expect(await messageOf(read(text))).toContain(words);
  });

  test("that isn't there", async () => {
    const path = join(temporaryFolder(), "none.json");
    expect(await messageOf(readRates(path))).toContain("Check the path.");
  });
});
