import { expect, test } from "vitest";
import { TokenEstimates } from "../../../activities/leaser/token-estimates.js";

const unlimited = (): Promise<undefined> => Promise.resolve(undefined);
const call = { record: { api: "test", prompt: "One two three" }, answers: [] };

test("a call used what the API says, without what its limits don't count", async () => {
  const counts = { input: 42, output: 6, uncounted: 30 };
  expect(await new TokenEstimates(unlimited).note(call, { response: "Four" }, counts)).toBe(18);
});

test("a call whose API says nothing used its prompt and its answer, as OpenAI's tokenizer counts them", async () => {
  expect(await new TokenEstimates(unlimited).note(call, { response: "four five" })).toBe(5);
});

test("a first call is expected to use its prompt and the longest answer that its record allows", async () => {
  const estimates = new TokenEstimates(() => Promise.resolve(100));
  expect(await estimates.estimate(call)).toBe(103);
});
