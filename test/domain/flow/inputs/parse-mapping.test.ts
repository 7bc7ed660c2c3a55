import { describe, expect, test } from "vitest";
import { parseMapping } from "../../../../src/domain/flow/inputs/parse-mapping.js";

describe("a mapping", () => {
  test("takes a whole reference as one, and anything else as a literal", () => {
    const mapping = parseMapping({
      answer: "${data.answer}",
      deployment: "gpt-4o",
      within: "is ${data.answer}",
      spaced: "${data.answer} ",
      braces: "${data.{x}}",
      top: 3,
      flag: false,
      empty: "",
    });
    expect(Object.fromEntries(mapping)).toEqual({
      answer: {
        kind: "reference",
        text: "${data.answer}",
        places: [{ source: "data", column: "answer" }],
      },
      deployment: { kind: "literal", value: "gpt-4o" },
      within: { kind: "literal", value: "is ${data.answer}" },
      spaced: { kind: "literal", value: "${data.answer} " },
      braces: { kind: "literal", value: "${data.{x}}" },
      top: { kind: "literal", value: 3 },
      flag: { kind: "literal", value: false },
      empty: { kind: "literal", value: "" },
    });
  });

  test("looks for the shortest name of a source first", () => {
    expect(parseMapping({ x: "${run.outputs.a.b}" }).get("x")).toMatchObject({
      places: [
        { source: "run", column: "outputs.a.b" },
        { source: "run.outputs", column: "a.b" },
        { source: "run.outputs.a", column: "b" },
      ],
    });
  });

  test("takes a reference without a column as one that nothing resolves", () => {
    expect(parseMapping({ x: "${data}" }).get("x")).toEqual({
      kind: "reference",
      text: "${data}",
      places: [],
    });
  });

  test("has no entry for line_number", () => {
    expect([...parseMapping({ line_number: "${data.n}", a: 1 }).keys()]).toEqual(["a"]);
  });
});
