import { describe, expect, test } from "vitest";
import {
  DroppedTally,
  checkSources,
  joinSources,
} from "../../../../src/domain/flow/inputs/join-sources.js";
import type {
  DroppedLines,
  JoinedLine,
  NumberedRow,
} from "../../../../src/domain/flow/inputs/join-sources.js";
import { SourceSurvey } from "../../../../src/domain/flow/inputs/source-survey.js";
import type { JsonObject } from "../../../../src/domain/json/json.js";

type Numbers = Readonly<Record<string, readonly number[]>>;

async function* rowsOf(numbers: readonly number[]): AsyncGenerator<NumberedRow, void, undefined> {
  for (const number of numbers) yield { number, row: { id: number } };
}

async function join(sources: Numbers): Promise<{
  readonly lines: readonly JoinedLine[];
  readonly dropped: readonly DroppedLines[];
}> {
  const dropped = new DroppedTally();
  const lines: JoinedLine[] = [];
  const numbered = Object.entries(sources).map(([name, each]) => ({ name, rows: rowsOf(each) }));
  for await (const line of joinSources(numbered, dropped)) lines.push(line);
  return { lines, dropped: dropped.all() };
}

function survey(name: string, rows: readonly JsonObject[]): SourceSurvey {
  const facts = new SourceSurvey(name);
  for (const row of rows) facts.see(row);
  return facts;
}

describe("joined lines", () => {
  test("have the row of each source with their number", async () => {
    const { lines, dropped } = await join({ data: [0, 2], gold: [0, 2] });
    expect(lines).toEqual([
      { number: 0, rows: { data: { id: 0 }, gold: { id: 0 } } },
      { number: 2, rows: { data: { id: 2 }, gold: { id: 2 } } },
    ]);
    expect(dropped).toEqual([]);
  });

  test("are only those that all sources have, the others are dropped by number and reason", async () => {
    const { lines, dropped } = await join({
      data: [0, 1, 2, 3, 4, 5, 6],
      "run.outputs": [0, 3, 6, 9],
      gold: [0, 1, 2, 3, 4, 6, 9],
    });
    expect(lines.map(({ number }) => number)).toEqual([0, 3, 6]);
    expect(dropped).toEqual([
      {
        reason: 'no row in "run.outputs"',
        lines: [
          [1, 3],
          [4, 5],
        ],
      },
      { reason: 'no row in "run.outputs" and "gold"', lines: [[5, 6]] },
      { reason: 'no row in "data"', lines: [[9, 10]] },
    ]);
  });

  test("end the reading of all sources when their reader stops", async () => {
    const ended: string[] = [];
    const source = async function* (name: string): AsyncGenerator<NumberedRow, void, undefined> {
      try {
        for (let number = 0; ; number += 1) yield { number, row: {} };
      } finally {
        ended.push(name);
      }
    };
    const sources = ["a", "b"].map((name) => ({ name, rows: source(name) }));
    for await (const { number } of joinSources(sources, new DroppedTally())) {
      if (number === 2) break;
    }
    expect(ended).toEqual(["a", "b"]);
  });
});

describe("sources", () => {
  test("without rows are refused by name", () => {
    expect(() => checkSources([survey("data", [{ a: 1 }]), survey("gold", [])])).toThrow(
      'Expected rows in the source "gold", found none.',
    );
  });

  test("without numbers and of different lengths are refused with their lengths", () => {
    const surveys = [
      survey("data", [{ a: 1 }, { a: 2 }]),
      survey("gold", [{ b: 1 }]),
      survey("run", [{ line_number: 0 }]),
    ];
    expect(() => checkSources(surveys)).toThrow(
      'joined by their order; "data" has 2, "gold" has 1.',
    );
  });

  test("with numbers may have other lengths", () => {
    checkSources([survey("data", [{}, {}]), survey("run", [{ line_number: 1 }])]);
  });

  test("with a number twice are refused", () => {
    const rows = [3, 1, 3, 1, 2].map((line_number) => ({ line_number }));
    expect(() => checkSources([survey("data", rows)])).toThrow(
      'Expected each line number once in the source "data", got 1, 3 more than once.',
    );
  });

  test("count rows without a number beside rows with one", () => {
    const facts = survey("data", [{ line_number: 0 }, { a: 1 }, { line_number: "2" }, {}]);
    expect(facts.isNumbered).toBe(true);
    expect(facts.isAscending).toBe(true);
    expect(facts.withoutNumber()).toBe(
      '2 rows of the source "data" have no line number and are left out: row 2, 4.',
    );
    expect([...facts.columns]).toEqual(["line_number", "a"]);
  });

  test.each([-1, 1.5, "x", true, "1.0"])("refuse the line number %j by row", (line_number) => {
    expect(() => survey("data", [{}, { line_number }])).toThrow(
      `The source "data", row 2: Expected a whole number from 0 on in the column \`line_number\`, got ${JSON.stringify(line_number)}.`,
    );
  });

  test("know whether their rows are in order", () => {
    expect(survey("a", [{ line_number: 1 }, { line_number: 0 }]).isAscending).toBe(false);
    expect(survey("a", [{}, {}]).isAscending).toBe(true);
  });
});
