import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cohensKappa } from "../../../src/domain/statistics/cohens-kappa.js";
import { fleissKappa } from "../../../src/domain/statistics/fleiss-kappa.js";
import { krippendorffsAlpha } from "../../../src/domain/statistics/krippendorffs-alpha.js";
import { newcombeInterval } from "../../../src/domain/statistics/newcombe-interval.js";
import { createPairedSample } from "../../../src/domain/statistics/paired-sample.js";
import { createSample } from "../../../src/domain/statistics/sample.js";
import { studentQuantile } from "../../../src/domain/statistics/student-quantile.js";
import { wilsonInterval } from "../../../src/domain/statistics/wilson-interval.js";

/** Values from scipy, statsmodels and krippendorff, made by make-expected.py beside this file. */
interface Expected {
  readonly quantiles: readonly { degrees: number; quantile: number }[];
  readonly wilson: readonly { ones: number; count: number; low: number; high: number }[];
  readonly means: readonly { values: number[]; mean: number; low: number; high: number }[];
  readonly paired: readonly {
    firsts: number[];
    seconds: number[];
    difference: number;
    low: number;
    high: number;
  }[];
  readonly newcombe: readonly {
    pairs: Parameters<typeof newcombeInterval>[0];
    low: number;
    high: number;
  }[];
  readonly cohen: readonly { pairs: [string | number, string | number][]; kappa: number }[];
  readonly fleiss: readonly { items: number[][]; kappa: number }[];
  readonly alpha: readonly {
    items: (number | null)[][];
    nominal: number;
    ordinal: number;
    interval: number;
  }[];
}

const expected = JSON.parse(
  readFileSync(new URL("../../fixtures/statistics/expected.json", import.meta.url), "utf8"),
) as Expected;

describe("agrees with scipy, statsmodels and krippendorff to 1e-9", () => {
  test.each(expected.quantiles)("Student's t of $degrees degrees", ({ degrees, quantile }) => {
    expectNear(studentQuantile(degrees), quantile);
  });

  test.each(expected.wilson)("Wilson's interval of $ones in $count", ({ ones, count, ...ends }) => {
    expectEnds(wilsonInterval(ones, count), ends);
  });

  test.each(expected.means)("a mean of $values.length numbers", ({ values, mean, ...ends }) => {
    const sample = createSample();
    values.forEach(sample.add);
    const estimate = sample.estimate();
    expectNear(estimate?.mean, mean);
    expect(estimate?.interval?.method).toBe("t");
    expectEnds(estimate?.interval, ends);
  });

  test.each(expected.paired)(
    "a difference of $firsts.length pairs",
    ({ firsts, seconds, difference, ...ends }) => {
      const sample = createPairedSample();
      firsts.forEach((first, index) => sample.add(first, seconds[index] ?? NaN));
      const estimate = sample.estimate();
      expectNear(estimate?.difference, difference);
      expect(estimate?.interval?.method).toBe("paired-t");
      expectEnds(estimate?.interval, ends);
    },
  );

  test.each(expected.newcombe)("a difference of shares, $pairs", ({ pairs, ...ends }) => {
    expectEnds(newcombeInterval(pairs), ends);
  });

  test.each(expected.cohen)("Cohen's kappa of $pairs.length items", ({ pairs, kappa }) => {
    expectNear(cohensKappa(pairs), kappa);
  });

  test.each(expected.fleiss)("Fleiss' kappa of $items.length items", ({ items, kappa }) => {
    expectNear(fleissKappa(items), kappa);
  });

  test.each(expected.alpha)("Krippendorff's alpha of $items.length items", (fixture) => {
    for (const level of ["nominal", "ordinal", "interval"] as const) {
      expectNear(krippendorffsAlpha(fixture.items, level), fixture[level]);
    }
  });
});

describe("agrees with the papers", () => {
  test("Newcombe 1998, table II, 36, 12, 2 and 0: 0.0569 to 0.3404", () => {
    const { low, high } = newcombeInterval({ both: 36, firstOnly: 2, secondOnly: 12, neither: 0 });
    expect([low, high].map((end) => end.toFixed(4))).toEqual(["0.0569", "0.3404"]);
  });

  test("Krippendorff 2011, C: 0.743, 0.815 and 0.849", () => {
    const items = expected.alpha[0]?.items ?? [];
    const levels = ["nominal", "ordinal", "interval"] as const;
    const alphas = levels.map((level) => krippendorffsAlpha(items, level)?.toFixed(3));
    expect(alphas).toEqual(["0.743", "0.815", "0.849"]);
  });
});

describe("where there is nothing to tell", () => {
  test("no numbers have no mean, and a single one has no interval unless it is 0 or 1", () => {
    expect(createSample().estimate()).toBeUndefined();
    expect(createPairedSample().estimate()).toBeUndefined();
    const single = createSample();
    single.add(0.5);
    expect(single.estimate()).toEqual({ count: 1, mean: 0.5 });
    const one = createSample();
    one.add(1);
    expect(one.estimate()).toMatchObject({ count: 1, mean: 1, interval: { method: "wilson" } });
    const pair = createPairedSample();
    pair.add(0.5, 0.75);
    expect(pair.estimate()).toEqual({ count: 1, first: 0.5, second: 0.75, difference: 0.25 });
  });

  test("zeros and ones get Wilson's and Newcombe's intervals, which have a width of equal numbers too", () => {
    const sample = createSample();
    const pairs = createPairedSample();
    for (const value of [1, 1, 1]) {
      sample.add(value);
      pairs.add(value, value);
    }
    // Wilson's low end of n of n is n / (n + z²).
    expectNear(sample.estimate()?.interval?.low, 3 / (3 + 1.959963984540054 ** 2));
    expect(pairs.estimate()).toMatchObject({ difference: 0, interval: { method: "newcombe" } });
    expect(pairs.estimate()?.interval?.low).toBeLessThan(-0.5);
  });

  test("raters who can't differ have no agreement beyond chance", () => {
    expect(cohensKappa([])).toBeUndefined();
    expect(cohensKappa([["a", "a"]])).toBeUndefined();
    expect(fleissKappa([])).toBeUndefined();
    expect(fleissKappa([[1], [2]])).toBeUndefined();
    expect(fleissKappa([[1, 1]])).toBeUndefined();
    expect(
      krippendorffsAlpha([
        [1, null],
        [null, 2],
      ]),
    ).toBeUndefined();
    expect(
      krippendorffsAlpha([
        [3, 3],
        [3, 3],
      ]),
    ).toBeUndefined();
  });

  test('1 and "1" are two ratings, and labels have no distance', () => {
    expect(
      cohensKappa([
        [1, "1"],
        ["1", 1],
      ]),
    ).toBe(-1);
    expect(() => krippendorffsAlpha([["bad", 1]], "ordinal")).toThrow(
      'Expected ratings to be numbers at this level, got "bad".',
    );
    expect(() => fleissKappa([[1, 2], [1]])).toThrow(
      "Expected 2 ratings of every item, as of the first, got 1 of item 2.",
    );
  });
});

function expectNear(got: number | undefined, wanted: number): void {
  expect(got).toBeDefined();
  expect(Math.abs((got ?? NaN) - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)));
}

interface Ends {
  readonly low: number;
  readonly high: number;
}

function expectEnds(got: Ends | undefined, wanted: Ends): void {
  expectNear(got?.low, wanted.low);
  expectNear(got?.high, wanted.high);
}
