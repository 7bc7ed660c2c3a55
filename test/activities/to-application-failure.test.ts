import { ApplicationFailure } from "@temporalio/activity";
import { ApplicationFailureCategory } from "@temporalio/common";
import { expect, test } from "vitest";
import {
  callsToRetry,
  storageTrouble,
  toApplicationFailure,
} from "../../activities/to-application-failure.js";
import { UserError, userErrorType } from "../../src/domain/failure/user-error.js";

test("calls to be tried again come after their time, alarm nobody and quote little", () => {
  const failure = {
    type: "RateLimit",
    message: `slow down: ${"prompt ".repeat(100)}`,
    status: 429,
  };
  const error = callsToRetry(failure, 2_500.4);
  expect(error).toMatchObject({
    type: "Provider.RateLimit",
    nonRetryable: false,
    nextRetryDelay: 2_500,
    category: ApplicationFailureCategory.BENIGN,
  });
  // The last whole word before the 200th character.
  expect(error.message).toBe(`slow down: ${"prompt ".repeat(26)}prompt…`);
  expect(error.details ?? []).toEqual([]);
  expect(error.cause).toBeUndefined();
});

test("calls that are due already are tried again after a moment, not after the policy's delay", () => {
  expect(callsToRetry({ type: "Timeout", message: "" }, -400).nextRetryDelay).toBe(1);
});

test("storage that fails is tried again and raises an alarm", () => {
  const error = storageTrouble("ENOSPC: no space left on device", 1);
  expect(error).toMatchObject({
    type: "Storage",
    nonRetryable: false,
    nextRetryDelay: 5_000,
  });
  expect(error.category).not.toBe(ApplicationFailureCategory.BENIGN);
});

test("a folder that stays away is looked for less often, at least every 20 s", () => {
  const after = (attempt: number): object => storageTrouble("away", attempt);
  expect(after(2)).toMatchObject({ nextRetryDelay: 10_000 });
  expect(after(4)).toMatchObject({ nextRetryDelay: 20_000 });
  expect(after(100)).toMatchObject({ nextRetryDelay: 20_000 });
});

test("a user's mistake is final, with its type and message", () => {
  const error = toApplicationFailure(new UserError("Expected a file, found none."));
  expect(error).toBeInstanceOf(ApplicationFailure);
  expect(error).toMatchObject({
    type: userErrorType,
    message: "Expected a file, found none.",
    nonRetryable: true,
  });
});

test("a file that can't be read on this machine is no mistake: the command has read it before", () => {
  const system = Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" });
  const direct = new UserError("Expected an input file, found nothing.", { cause: system });
  expect(toApplicationFailure(direct)).toBe(direct);
  const below = new UserError("The folder can't be used.", { cause: direct });
  expect(toApplicationFailure(below)).toBe(below);
});

test("whatever else is thrown stays as it is, so that it is tried again", () => {
  const error = new Error("EIO: i/o error");
  expect(toApplicationFailure(error)).toBe(error);
});
