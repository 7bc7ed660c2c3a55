import { expect, it } from "vitest";
import { validationProblemsIn } from "../../../src/providers/failure/validation-problems.js";

const problem = { loc: ["body", "seed"], msg: "Extra inputs are not permitted", input: 7 };

it.each([
  ["a list", [problem]],
  ["a list in `detail`", { detail: [problem] }],
  ["the text of a list", JSON.stringify([problem])],
  ["the text of a list in `detail`", JSON.stringify({ detail: [problem] })],
  ["the same problem twice", [problem, problem]],
])("names field and problem of %s, without the input", (_form, value) => {
  expect(validationProblemsIn(value)).toBe("seed: Extra inputs are not permitted");
});

it("counts the problems after the fifth", () => {
  const list = [1, 2, 3, 4, 5, 6, 7].map((number) => ({ loc: ["body", number], msg: "Bad" }));
  expect(validationProblemsIn(list)).toBe("1: Bad; 2: Bad; 3: Bad; 4: Bad; 5: Bad; and 2 more");
});

it("keeps a path that does not begin with the body, and a problem of the whole body", () => {
  expect(validationProblemsIn([{ loc: ["query", "body"], msg: "Bad" }])).toBe("query.body: Bad");
  expect(validationProblemsIn([{ loc: ["body"], msg: "Field required" }])).toBe("Field required");
});

it.each([
  ["Unauthorized"],
  ["[not JSON"],
  ["[]"],
  [undefined],
  [null],
  [7],
  [[]],
  [{ detail: "Unauthorized" }],
  [{ message: "Bad" }],
  [[{ msg: "Bad" }]],
  [["Bad"]],
])("finds none in %j", (value) => {
  expect(validationProblemsIn(value)).toBeUndefined();
});
