import { expect, test } from "vitest";
import { rowDigest } from "../../../../src/client/plan/rows/find-steps.js";
import { RowSurvey } from "../../../../src/client/plan/rows/row-survey.js";

function digestOf(i: number): string {
  return rowDigest(JSON.stringify({ i }));
}

function surveyed(survey: RowSurvey, rows: readonly number[]): RowSurvey {
  for (const i of rows) survey.add({ i });
  return survey;
}

test("rows with answers are not asked, or at changed steps alone", () => {
  const known = new Map([
    [digestOf(1), { asked: new Set<string>(), count: 1 }],
    [digestOf(2), { asked: new Set(["judge"]), count: 1 }],
  ]);
  const survey = surveyed(new RowSurvey({ known }), [1, 2, 3, 4]);
  expect(survey).toMatchObject({ reused: 1, asked: 3, partlyReused: 1 });
  expect(survey.rowsOf("write")).toBe(2);
  expect(survey.rowsOf("judge")).toBe(3);
  expect(survey.picked).toEqual([{ i: 3 }, { i: 4 }]);
});

test("each answer stands for one of several equal rows", () => {
  const known = new Map([[digestOf(1), { asked: new Set<string>(), count: 2 }]]);
  expect(surveyed(new RowSurvey({ known }), [1, 1, 1])).toMatchObject({ reused: 2, asked: 1 });
});

test("rows that are asked at some steps are walked if no others are", () => {
  const known = new Map([[digestOf(1), { asked: new Set(["judge"]), count: 1 }]]);
  const survey = surveyed(new RowSurvey({ known, most: 1 }), [1, 2, 3]);
  expect(survey).toMatchObject({ reused: 0, asked: 1, partlyReused: 1, picked: [{ i: 1 }] });
});
