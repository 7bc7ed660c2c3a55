import { describe, expect, test } from "vitest";
import { renderVerdicts } from "../../cli/output/render/render-verdicts.js";
import { verdictSummary } from "../../src/report/verdicts.js";

type Verdict = number | string | null;

/** The completed lines of one judge with one template, in the order of the answers. */
function linesOf(judge: string, template: string, verdicts: readonly Verdict[]): string[] {
  return verdicts.map((verdict, at) =>
    JSON.stringify({
      id: `judge-${judge}-${template}-a-${at.toString()}`,
      template_name: template,
      prompt: "?",
      api: "test",
      parse: "last_number",
      "input-id": `a-${at.toString()}`,
      status: "completed",
      response: String(verdict),
      verdict,
    }),
  );
}

function repeated(times: number, verdict: Verdict): Verdict[] {
  return Array.from({ length: times }, () => verdict);
}

describe("verdicts", () => {
  test("of two judges with labels: Cohen's kappa over the answers that both have labelled", async () => {
    // Both "yes" 20 times, both "no" 15, the first alone "yes" 5, the second alone 10: 0.7 agree,
    // 0.5 by chance.
    const one = [...repeated(20, "yes"), ...repeated(15, "no"), ...repeated(5, "yes")];
    const other = [...repeated(20, "yes"), ...repeated(15, "no"), ...repeated(5, "no")];
    const summary = await verdictSummary([
      ...linesOf("strict-one", "t", [...one, ...repeated(10, "no"), "yes", null]),
      ...linesOf("kind", "t", [...other, ...repeated(10, "yes"), null, null]),
    ]);
    expect(summary?.agreement).toEqual({
      judges: ["strict-one", "kind"],
      items: 52,
      unscored: 2,
      level: "nominal",
      cohensKappa: expect.closeTo(0.4, 12) as number,
    });
    expect(summary?.rows[1]).toEqual({
      judge: "kind",
      template: "t",
      scored: 50,
      unscored: 2,
      labels: [
        { label: "yes", records: 30 },
        { label: "no", records: 20 },
      ],
    });
  });

  test("of two judges with numbers: Krippendorff's alpha too, and means over each template", async () => {
    const summary = await verdictSummary([
      ...linesOf("one", "t", [1, 2]),
      ...linesOf("one", "u", [3]),
      ...linesOf("two", "t", [1, 2]),
      ...linesOf("two", "u", [4]),
    ]);
    // Squares within items: 1 of 6 verdicts' pairs; of all 30 ordered pairs 82 together. 1 − (2 /
    // 6) / (82 / 30).
    expect(summary?.agreement?.krippendorffsAlpha).toBeCloseTo(1 - 10 / 82, 12);
    expect(summary?.agreement).toMatchObject({ items: 3, unscored: 0, level: "interval" });
    // Two of three are the same, 2 / 9 by chance.
    expect(summary?.agreement?.cohensKappa).toBeCloseTo((2 / 3 - 2 / 9) / (1 - 2 / 9), 12);
    expect(summary?.rows.map(({ judge, template, mean }) => [judge, template, mean])).toEqual([
      ["one", "t", 1.5],
      ["one", "u", 3],
      ["two", "t", 1.5],
      ["two", "u", 4],
    ]);
    // Student's t with one degree of freedom is 12.706 at 97.5 %; the deviation of the mean is 0.5.
    expect(summary?.rows[0]?.interval).toMatchObject({
      method: "t",
      high: expect.closeTo(1.5 + 12.706 * 0.5, 3) as number,
    });
  });

  test("of three judges: Fleiss' kappa and Krippendorff's alpha", async () => {
    const summary = await verdictSummary([
      ...linesOf("one", "t", ["a", "a", "b", "a"]),
      ...linesOf("two", "t", ["a", "a", "b", "b"]),
      ...linesOf("three", "t", ["a", "b", "b", "b"]),
    ]);
    // Pairs agree in 1, 1/3, 1 and 1/3 of the items; half of all verdicts are "a".
    expect(summary?.agreement?.fleissKappa).toBeCloseTo(1 / 3, 12);
    // 4 of 12 verdicts' pairs differ, 72 of the 132 ordered pairs of all.
    expect(summary?.agreement?.krippendorffsAlpha).toBeCloseTo(1 - 4 / 12 / (72 / 132), 12);
    expect(summary?.agreement?.cohensKappa).toBeUndefined();
  });

  test("of a judge with numbers and one with labels have no agreement", async () => {
    const numbers = linesOf("one", "t", [1, 2, 1]);
    const labels = linesOf("two", "t", ["bad", "good", null]);
    const summary = await verdictSummary([...numbers, ...labels]);
    expect(summary?.rows).toHaveLength(2);
    expect(summary?.agreement).toBeUndefined();
    // A judge that gives both can agree with either.
    const both = linesOf("three", "t", [1, "good", 2]);
    expect((await verdictSummary([...labels, ...both]))?.agreement?.items).toBe(3);
  });

  test("of several models have a row for each, below the one of all", async () => {
    const models = ["a", "b", "a"].map((name) => ({ "input-api": "t", "input-model_name": name }));
    const lines = linesOf("one", "x", [1, 5, 2]).map((line, at) =>
      JSON.stringify({ ...(JSON.parse(line) as object), ...models[at] }),
    );
    const summary = await verdictSummary(lines);
    expect(summary?.rows).toMatchObject([{ scored: 3 }]);
    expect(summary?.byModel).toMatchObject([
      { judge: "one", template: "x", model: "t/a", scored: 2, mean: 1.5 },
      { judge: "one", template: "x", model: "t/b", scored: 1, mean: 5 },
    ]);
    const shown = renderVerdicts(summary ?? { rows: [] }).split("\n");
    expect(shown.map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
      ["JUDGE", "TEMPLATE", "OF", "MEAN"],
      ["one", "x", "all", "2.667"],
      ["one", "x", "t/a", "1.5"],
      ["one", "x", "t/b", "5"],
    ]);
    expect((await verdictSummary(lines.slice(0, 1)))?.byModel).toBeUndefined();
  });

  test("of failed calls count as none, and judges without `parse` have none", async () => {
    const failed =
      '{"id":"judge-one-t-1","template_name":"t","prompt":"?","parse":"last_number","input-id":1,"status":"failed","response":null,"error":{"type":"Timeout","message":"late"}}';
    const unparsed =
      '{"id":"judge-two-t-1","template_name":"t","prompt":"?","input-id":1,"status":"completed","response":"fine"}';
    expect(await verdictSummary([failed, unparsed])).toEqual({
      rows: [{ judge: "one", template: "t", scored: 0, unscored: 1 }],
    });
    expect(await verdictSummary([unparsed])).toBeUndefined();
    expect(await verdictSummary(['{"id":1,"prompt":"?","parse":1,"verdict":3}'])).toBeUndefined();
  });

  test("are shown as a table with a sentence on the agreement", async () => {
    const summary = await verdictSummary([
      ...linesOf("one", "t", [1, 2, 3]),
      ...linesOf("two", "t", [1, 2, null]),
    ]);
    const text = summary ? renderVerdicts(summary) : "";
    expect(text).toMatch(/^JUDGE +TEMPLATE +MEAN +95 % +SCORED +NOT SCORED\n/);
    expect(text).toMatch(/\ntwo +t +1\.5 +-4\.853 to 7\.853 +2 +1\n/);
    expect(text).toContain(
      "Agreement of two judges over 3 answers with a template, 1 of them without the verdict of one or more: Cohen's kappa 1, Krippendorff's alpha (interval) 1.",
    );
  });
});
