import { expect, test } from "vitest";
import { ProblemGroups, problemText } from "../../../src/domain/record/problem-groups.js";

function textsOf(groups: ProblemGroups): readonly string[] {
  return groups.all().map((group) => problemText(group, "line"));
}

test("equal problems are one, with the first lines, in the order of the file", () => {
  const groups = new ProblemGroups();
  groups.add(2, ["No JSON."]);
  for (let line = 3; line <= 21; line += 3) groups.add(line, ["No max_tokens."], "anthropic");
  groups.add(30, ["No max_tokens.", "No prompt."], "openai");
  groups.add(31, ["No prompt."], "openai");
  expect(textsOf(groups)).toEqual([
    "line 2: No JSON.",
    "7 records of anthropic, lines 3, 6, 9, 12, 15 …: No max_tokens.",
    "line 30: No max_tokens.",
    "2 records of openai, lines 30, 31: No prompt.",
  ]);
});

test("the records of one line for several models name it once", () => {
  const groups = new ProblemGroups();
  groups.add(4, ["No prompt."]);
  groups.add(4, ["No prompt."]);
  expect(textsOf(groups)).toEqual(["2 records, line 4: No prompt."]);
});

test("values that are wrong in the same way are one problem, with an example", () => {
  const groups = new ProblemGroups();
  for (const line of [2, 3, 4]) groups.add(line, [`Expected a string, got ${line}.`]);
  groups.add(5, ["Expected an object, got 2."]);
  expect(textsOf(groups)).toEqual([
    "3 records, lines 2, 3, 4: Expected a string, got e.g. 2.",
    "line 5: Expected an object, got 2.",
  ]);
});
