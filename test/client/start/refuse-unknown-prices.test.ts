import { expect, test } from "vitest";
import { refuseUnknownPrices } from "../../../src/client/start/refuse-unknown-prices.js";

const price = { "gpt-4o": { input: 1, output: 2 } };
const run = { targets: ["openai/gpt-4o"], env: {} };

test("a price table that names an unknown API is refused, without a maximum cost too", async () => {
  const check = async (prices: Record<string, typeof price>): Promise<void> =>
    refuseUnknownPrices({ settings: { envFile: ".env", prices }, ...run });
  await expect(check({ opanai: price })).rejects.toThrow(
    'There is no API "opanai", which the prices name. Did you mean "openai"?',
  );
  await expect(check({ openai: price })).resolves.toBeUndefined();
});
