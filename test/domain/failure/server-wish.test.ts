import { describe, expect, it } from "vitest";
import { readServerWish } from "../../../src/domain/failure/server-wish.js";

const nowMs = Date.parse("2026-11-21T10:43:19Z");

describe("readServerWish", () => {
  it.each<readonly [string, number | undefined]>([
    ["Rate limit reached. Please try again in 7s. Visit https://platform.openai.com", 7_000],
    ["Please try again in 350ms.", 350],
    ["Please try again in 1m7.5s.", 67_500],
    ["Please try again in 6m0s.", 360_000],
    ["Please retry in 17.4s.", 17_400],
    ["Please retry after 20 seconds.", 20_000],
    [
      "Requests to the API have exceeded the limit. Please retry after 1 minute and 5 seconds.",
      65_000,
    ],
    ["Try again in 2 hours.", 7_200_000],
    ["Try again in 3 days", 86_400_000],
    ["Please try again later.", undefined],
    ["You sent 7s worth of audio.", undefined],
    ["Please try again in 0s.", undefined],
    ["", undefined],
  ])("reads %j as %s ms", (message, expected) => {
    expect(readServerWish({ headers: {}, message, throttled: true }, nowMs)).toBe(expected);
  });

  it.each<readonly [Readonly<Record<string, string>>, number | undefined]>([
    [{ "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1s" }, 1_000],
    [{ "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "120ms" }, 120],
    [
      {
        "x-ratelimit-remaining-requests": "59",
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "6.5s",
      },
      6_500,
    ],
    [{ "x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "20s" }, undefined],
    [
      {
        "anthropic-ratelimit-requests-remaining": "0",
        "anthropic-ratelimit-requests-reset": "2026-11-21T10:43:49Z",
      },
      30_000,
    ],
    [{ "x-ratelimit-reset": `${nowMs + 12_000}` }, 12_000],
    [{ "x-ratelimit-reset": `${nowMs / 1_000 + 12}` }, 12_000],
    [{ "x-ratelimit-reset": "12" }, 12_000],
    [{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": "86400" }, 120_000],
    [{ "x-ratelimit-reset": "soon" }, undefined],
    [{ "retry-after": "3", "x-ratelimit-reset": "12" }, 3_000],
  ])("reads %j as %s ms", (headers, expected) => {
    expect(readServerWish({ headers, message: "", throttled: true }, nowMs)).toBe(expected);
  });

  it("believes a header before the message, and the message before headers of budgets", () => {
    const message = "Please try again in 7s.";
    const reset = { "x-ratelimit-reset": "12" };
    expect(
      readServerWish({ headers: { "retry-after": "3" }, message, throttled: true }, nowMs),
    ).toBe(3_000);
    expect(readServerWish({ headers: reset, message, throttled: true }, nowMs)).toBe(7_000);
  });

  it("reads nothing but Retry-After of a failure that is no 429", () => {
    const words = { message: "Please try again in 7s.", throttled: false };
    expect(
      readServerWish({ headers: { "x-ratelimit-reset": "12" }, ...words }, nowMs),
    ).toBeUndefined();
    expect(readServerWish({ headers: { "retry-after": "3" }, ...words }, nowMs)).toBe(3_000);
  });
});
