import { expect, test } from "vitest";

import { matchAnswers } from "../../../src/domain/reuse/match-answers.js";
import type { Matched } from "../../../src/domain/reuse/match-answers.js";

/** `a1` asks for `a` and has the id 1. */
function all(text: string): Matched[] {
  return text.split(" ").map((each) => ({ request: each.slice(0, 1), id: each.slice(1) }));
}

interface Case {
  readonly what: string;
  readonly records: string;
  readonly answers: string;
  readonly expected: readonly (number | undefined)[];
}

test.each<Case>([
  { what: "each finds its own in any order", records: "a1 b2", answers: "b2 a1", expected: [1, 0] },
  {
    what: "another request finds nothing",
    records: "a1 c1",
    answers: "a1 b1",
    expected: [0, undefined],
  },
  {
    what: "a new id takes the answer that no record with its id needs",
    records: "a9 a1",
    answers: "a1 a2",
    expected: [1, 0],
  },
  {
    what: "equal requests take different answers, in order",
    records: "a a a",
    answers: "a a",
    expected: [0, 1, undefined],
  },
  {
    what: "equal ids take different answers",
    records: "a1 a1",
    answers: "a2 a1 a1",
    expected: [1, 2],
  },
  {
    what: "an answer left over serves nobody else",
    records: "a1",
    answers: "a2 a3",
    expected: [0],
  },
])("$what", ({ records, answers, expected }) => {
  expect(matchAnswers(all(records), all(answers))).toEqual(expected);
});

test("many equal requests in reverse order are matched in linear time", () => {
  const count = 50_000;
  const records = Array.from({ length: count }, (_, at) => ({ request: "a", id: `${at}` }));
  const found = matchAnswers(records, [...records].reverse());
  expect([found[0], found[count - 1]]).toEqual([count - 1, 0]);
  const unnamed = records.map(({ request }) => ({ request, id: "new" }));
  expect(matchAnswers(unnamed, records).at(-1)).toBe(count - 1);
  expect(matchAnswers([...records, ...unnamed], records).at(-1)).toBeUndefined();
});
