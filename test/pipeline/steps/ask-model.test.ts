import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { RowError } from "../../../src/domain/graph/walk/step-value.js";
import { askModel } from "../../../src/pipeline/steps/ask-model.js";
import type { ModelStepBase } from "../../../src/pipeline/definition/definition.js";
import type { JsonValue } from "../../../src/domain/json/json.js";
import type { CallAnswer, ModelCall } from "../../../src/pipeline/steps/step-effects.js";

const at = { step: "ask", path: "", depth: 1 };

/**
 * Asks for four generations. The first call to `b` is answered wrongly, and so are its third and
 * fifth; `a` is blocked from its second call on.
 *
 * @param waits of the calls in ms, in the order in which they are made
 */
async function generationsWith(waits: readonly number[]): Promise<readonly string[]> {
  const definition: ModelStepBase = {
    llm: ["test/a", "test/b"],
    num_generations: 4,
    validate: { pattern: "^good" },
  };
  const counts = new Map<string, number>();
  let made = 0;
  const call = async ({ record }: ModelCall): Promise<{ readonly response: string }> => {
    const model = record.model_name ?? "";
    const number = (counts.get(model) ?? 0) + 1;
    counts.set(model, number);
    const wait = waits[made % waits.length];
    made += 1;
    await sleep(wait);
    if (model === "a" && number > 1) throw new RowError("Blocked", "a waits.");
    const isWrong = model === "b" && number % 2 === 1 && number < 6;
    return { response: `${isWrong ? "bad" : "good"} ${model}${number}` };
  };
  const generations = await askModel(
    { definition, prompt: "Say", row: {}, output: "generation", valueOf: (value) => ({ value }) },
    { call, run: async () => true },
    at,
  );
  return generations.map(({ value, modelName }) => `${JSON.stringify(value)} of ${modelName}`);
}

test("which call becomes which generation depends on the answers, never on their times", async () => {
  // Round 1 asks `a` four times, and three are blocked. Round 2 asks `b` 1 to 3, of which 2 passes;
  // round 3 asks `b` 4 and 5, of which 4 passes; round 4 asks `b` 6.
  const expected = ['"good a1" of a', '"good b4" of b', '"good b2" of b', '"good b6" of b'];
  expect(await generationsWith([0])).toEqual(expected);
  expect(await generationsWith([9, 6, 3, 0])).toEqual(expected);
  expect(await generationsWith([0, 12, 1, 7, 5])).toEqual(expected);
});

test("an answer of an earlier run that does not pass leaves this run its own retries", async () => {
  const answers = ["bad 1", "bad 2", "bad 3", "bad 4", "good 5"];
  const definition: ModelStepBase = {
    llm: "test/a",
    retries: 1,
    validate: { pattern: "^good" },
  };
  /** @param earlier number of the first answers that an earlier run paid */
  const askedWith = async (earlier: number): Promise<JsonValue> => {
    let made = 0;
    const call = async (): Promise<CallAnswer> => {
      made += 1;
      const response = answers[made - 1] ?? "?";
      return made <= earlier ? { response, isEarlier: true } : { response };
    };
    const [generation] = await askModel(
      { definition, prompt: "Say", row: {}, output: "generation", valueOf: (value) => ({ value }) },
      { call, run: async () => true },
      at,
    );
    return generation?.value ?? null;
  };
  // Three answers are reused, then this run asks twice.
  expect(await askedWith(3)).toBe("good 5");
  await expect(askedWith(2)).rejects.toThrow("The last of 2 answers did not pass");
});
