import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { dailyQuotaOf, quotaSettings } from "../../../src/settings/rates/daily-quota.js";

describe("the settings of a day's requests", () => {
  test.each([
    [{}, undefined],
    [{ requestsPerDay: 50 }, { requests: 50, resetHour: 0, timeZone: "UTC" }],
    [
      { requestsPerDay: 50, resetHour: 9, timeZone: "Asia/Tokyo" },
      { requests: 50, resetHour: 9, timeZone: "Asia/Tokyo" },
    ],
  ])("%j make the quota %j", (given, quota) => {
    expect(dailyQuotaOf(given)).toEqual(quota);
  });

  test.each([{ resetHour: 9 }, { timeZone: "Asia/Tokyo" }])(
    "%j are refused without a number of requests",
    (given) => {
      expect(() => dailyQuotaOf(given)).toThrow(UserError);
      expect(() => dailyQuotaOf(given)).toThrow("--requests-per-day N");
    },
  );

  test("are found again from the quota", () => {
    const quota = { requests: 50, resetHour: 9, timeZone: "Asia/Tokyo" };
    expect(dailyQuotaOf(quotaSettings(quota))).toEqual(quota);
  });
});
