import { expect, test } from "vitest";
import { targetPlans } from "../../../src/storage/run/target-plans.js";

const rates = { requestsPerMinute: 60, inFlight: 5 };

test("each model has a limit of its own, with the rates of the run", () => {
  expect(targetPlans(["openai/gpt-4o", "vertexai/gemini/pro"], rates)).toMatchObject([
    { target: "openai/gpt-4o", limitKey: "api/openai/gpt-4o", requestsPerMinute: 60, inFlight: 5 },
    { target: "vertexai/gemini/pro", limitKey: "api/vertexai/gemini/pro", requestsPerMinute: 60 },
  ]);
});

test("an entry of the rate table stands for its model, or for the models of its API together", () => {
  const plans = targetPlans(
    ["openai/gpt-4o", "openai/o1", "mistral/large", "mistral/small"],
    rates,
    [
      { name: "openai", models: [{ model: "gpt-4o", rates: { requestsPerMinute: 500 } }] },
      { name: "mistral", rates: { requestsPerMinute: 30 } },
    ],
  );
  expect(plans).toMatchObject([
    { limitKey: "api/openai/gpt-4o", requestsPerMinute: 500, inFlight: 5 },
    { limitKey: "api/openai/o1", requestsPerMinute: 60 },
    { limitKey: "api/mistral", requestsPerMinute: 30 },
    { limitKey: "api/mistral", requestsPerMinute: 30 },
  ]);
  expect(plans[2]?.limitId).toBe(plans[3]?.limitId);
});
