import { describe } from "vitest";
import type { AdapterUnderTest } from "./adapter-under-test.js";
import { describeAnswers } from "./describe-answers.js";
import { describeCalls } from "./describe-calls.js";
import { describeEnvironment } from "./describe-environment.js";
import { describeFailures } from "./describe-failures.js";
import { describePrompts } from "./describe-prompts.js";

/** The contract of every HTTP adapter: the same suite runs over each. */
export function describeContract(adapter: AdapterUnderTest): void {
  describe(`${adapter.name} keeps the contract of adapters`, () => {
    describePrompts(adapter);
    describeAnswers(adapter);
    describeFailures(adapter);
    describeCalls(adapter);
    describeEnvironment(adapter);
  });
}
