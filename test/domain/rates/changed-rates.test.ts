import { expect, test } from "vitest";
import { changedRates } from "../../../src/domain/rates/changed-rates.js";

const rates = { requestsPerMinute: 60, inFlight: 3 };

test.each([
  [{}, rates],
  [{ requestsPerMinute: 600 }, { requestsPerMinute: 600, inFlight: 3 }],
  [{ inFlight: 7 }, { requestsPerMinute: 60, inFlight: 7 }],
  [{ inFlight: null }, { requestsPerMinute: 60 }],
])("a change of %j makes the rates %j", (change, changed) => {
  expect(changedRates(rates, change)).toEqual(changed);
});
