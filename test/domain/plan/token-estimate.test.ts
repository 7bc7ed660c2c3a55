import { describe, expect, test } from "vitest";
import { addWork, noWork, workOf } from "../../../src/domain/plan/call-work.js";
import type { CallWork } from "../../../src/domain/plan/call-work.js";
import { addEvidence, noEvidence } from "../../../src/domain/plan/evidence.js";
import type { Evidence } from "../../../src/domain/plan/evidence.js";
import { estimateTokens } from "../../../src/domain/plan/token-estimate.js";

function prompts(count: number, tokens: number, longestAnswer?: number): CallWork {
  const one = workOf({
    turns: [tokens],
    messages: 1,
    ...(longestAnswer !== undefined && { longestAnswer }),
  });
  return Array.from({ length: count }, () => one).reduce(addWork, noWork);
}

function answers(...outputs: readonly number[]): Evidence {
  return outputs.reduce(
    (evidence, output) =>
      addEvidence(evidence, {
        work: prompts(1, 100),
        // One and a half times the expected 104 tokens.
        counts: { input: 156, output },
        latencyMs: 10 * output,
      }),
    noEvidence,
  );
}

describe("without earlier answers", () => {
  test("an answer has 1 to max_tokens tokens, and a prompt its count in other tokenizers", () => {
    expect(estimateTokens(prompts(10, 100, 50), { basis: "assumed" })).toEqual({
      input: { low: 800, high: 1750 },
      output: { low: 10, high: 500 },
    });
  });

  test("an answer without max_tokens has at most 4,000", () => {
    const { output } = estimateTokens(prompts(3, 100), { basis: "assumed" });
    expect(output).toEqual({ low: 3, high: 12_000 });
  });

  test("a chat sends the assumed answers again", () => {
    const chat = workOf({ turns: [100, 100], messages: 1, longestAnswer: 50 });
    // 300 tokens of prompts, and one answer of 1 to 50; four messages of at most 15.
    expect(estimateTokens(chat, { basis: "assumed" }).input).toEqual({ low: 240, high: 620 });
  });
});

describe("from earlier answers", () => {
  const same = answers(90, 110, 100, 95, 105, 100);

  test("the range is around their average, and wider for few of them", () => {
    const { input, output } = estimateTokens(prompts(100, 100), {
      basis: "same-experiment",
      evidence: same,
    });
    // Each prompt counted one and a half times as much.
    expect(input).toEqual({ low: 15_600, high: 15_600 });
    expect(output.low).toBeGreaterThan(9_000);
    expect(output.low).toBeLessThan(10_000);
    expect(output.high).toBeGreaterThan(10_000);
    expect(output.high).toBeLessThan(12_000);
    const few = { basis: "same-experiment", evidence: answers(100, 100) } as const;
    expect(estimateTokens(prompts(100, 100), few).output).toEqual({ low: 2_500, high: 40_000 });
  });

  test("those of other experiments give half to twice", () => {
    const evidence = answers(100, 100, 100, 100, 100);
    const { output } = estimateTokens(prompts(10, 100), { basis: "other-experiments", evidence });
    expect(output).toEqual({ low: 500, high: 2_000 });
  });

  test("max_tokens caps the range", () => {
    const known = { basis: "same-experiment", evidence: same } as const;
    expect(estimateTokens(prompts(10, 100, 60), known).output).toEqual({ low: 600, high: 600 });
  });
});

/** Numbers from 0 to 1, by a linear congruential generator. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return (state + 0.5) / 2 ** 32;
  };
}

test("the range from 20 answers holds the sum of 500 skewed ones in 9 of 10 draws", () => {
  let held = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = randomFrom(seed * 7_919);
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const lengths = Array.from({ length: 520 }, () => Math.round(Math.exp(5 + normal())));
    const evidence = answers(...lengths.slice(0, 20));
    const { output } = estimateTokens(prompts(500, 100), { basis: "same-experiment", evidence });
    const sum = lengths.slice(20).reduce((total, length) => total + length, 0);
    if (sum >= output.low && sum <= output.high) held += 1;
  }
  expect(held).toBeGreaterThanOrEqual(180);
});
