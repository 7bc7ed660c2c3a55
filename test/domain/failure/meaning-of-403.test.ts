import { describe, expect, it } from "vitest";
import { classifyFailure } from "../../../src/domain/failure/failure-class.js";
import { meaningOf403 } from "../../../src/domain/failure/meaning-of-403.js";
import type { Meaning403 } from "../../../src/domain/failure/meaning-of-403.js";

const cloudflare =
  "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body><h1>Sorry, you have been blocked</h1>You are unable to access this account.</body></html>";

describe("meaningOf403", () => {
  it.each<readonly [Meaning403, string, string | undefined]>([
    [
      "account",
      "Your API key does not have permission to use the specified resource.",
      "permission_error",
    ],
    [
      "account",
      "Generative Language API has not been used in project 12 before",
      "SERVICE_DISABLED",
    ],
    [
      "account",
      "Country, region, or territory not supported",
      "unsupported_country_region_territory",
    ],
    ["account", "You are not allowed to sample from this model", undefined],
    ["account", "Project `proj_1` does not have access to model `gpt-4o`", undefined],
    ["account", "Key limit exceeded", undefined],
    ["account", "This request requires billing to be enabled", undefined],
    [
      "content",
      "openai/gpt-4 requires moderation. Your input was flagged for violence.",
      undefined,
    ],
    ["content", "The request violates our usage policies", undefined],
    ["unclear", cloudflare, undefined],
    ["unclear", "Forbidden", undefined],
    ["unclear", "Status 403 without a word.", undefined],
  ])("is %s for %j with the code %s", (expected, message, code) => {
    expect(meaningOf403(message, code)).toBe(expected);
  });

  it("decides what becomes of the call", () => {
    const facts = { kind: "status", status: 403 } as const;
    expect(classifyFailure(facts, 0, "Your API key has no access")).toEqual({
      class: "blocked",
      type: "Permission",
    });
    expect(classifyFailure(facts, 0, "Your input was flagged")).toEqual({
      class: "permanent",
      type: "ContentRefused",
    });
    expect(classifyFailure(facts, 0, cloudflare)).toEqual({
      class: "permanent",
      type: "Forbidden",
      blocksInARow: true,
    });
  });
});
