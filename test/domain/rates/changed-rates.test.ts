import { expect, test } from "vitest";
import { changedRates } from "../../../src/domain/rates/changed-rates.js";

const rates = { requestsPerMinute: 60, inFlight: 3 };

test.each([
  [{}, { ...rates, changes: 1 }],
  [{ requestsPerMinute: 600 }, { requestsPerMinute: 600, inFlight: 3, changes: 1 }],
  [{ inFlight: 7 }, { requestsPerMinute: 60, inFlight: 7, changes: 1 }],
  [{ inFlight: null }, { requestsPerMinute: 60, changes: 1 }],
  // Several changes that a group tells a page at once.
  [
    { inFlight: 7, changes: 4 },
    { requestsPerMinute: 60, inFlight: 7, changes: 4 },
  ],
])("a change of %j makes the rates %j", (change, changed) => {
  expect(changedRates(rates, change)).toEqual(changed);
});
