import { describe, expect, test } from "vitest";
import { CsvColumns, problemOfHeader, recordText } from "../../../src/domain/record/csv-record.js";

/** The records of a table, as JSON texts. */
function recordsOf(header: readonly string[], ...rows: readonly (readonly string[])[]): string[] {
  const columns = new CsvColumns(header);
  rows.forEach((row) => {
    columns.see(row);
  });
  return rows.map((row) => recordText(columns.columns(), row));
}

test("a column is a key, and an empty cell is no value", () => {
  const [first, second] = recordsOf(
    ["id", "api", "prompt", "note"],
    ["1", "test", "Hi", ""],
    ["2", "test", "Ho"],
  );
  expect(JSON.parse(first ?? "")).toEqual({ id: 1, api: "test", prompt: "Hi" });
  expect(JSON.parse(second ?? "")).toEqual({ id: 2, api: "test", prompt: "Ho" });
});

test("line ends of other readers are escaped", () => {
  const [text = ""] = recordsOf(["id", "prompt"], ["1", "a\u0085b\u2028c\u2029d"]);
  expect(text).toBe('{"id": 1, "prompt": "a\\u0085b\\u2028c\\u2029d"}');
});

describe("a column of parameters", () => {
  test("makes up `parameters` at the end, and stays a key of its own", () => {
    const [text] = recordsOf(
      ["prompt", "parameters-temperature", "parameters-max_tokens", "my-parameters-x"],
      ["Hi", "0.50", "100", ""],
    );
    expect(text).toBe(
      '{"prompt": "Hi", "parameters-temperature": 0.50, "parameters-max_tokens": 100, "parameters": {"temperature": 0.50, "max_tokens": 100}}',
    );
  });

  test("without a value leaves an empty object", () => {
    const [, second] = recordsOf(["prompt", "parameters-seed"], ["a", "1"], ["b", ""]);
    expect(JSON.parse(second ?? "")).toEqual({ prompt: "b", parameters: {} });
  });

  test("keeps a mark within its name, as prompto does", () => {
    const [text] = recordsOf(["prompt", "my-parameters-x"], ["a", "1"]);
    expect(JSON.parse(text ?? "")).toEqual({
      prompt: "a",
      "my-parameters-x": 1,
      parameters: { "my-parameters-x": 1 },
    });
  });

  test("may hold a list, and wins over an object in a column `parameters`", () => {
    const [text] = recordsOf(
      ["prompt", "parameters", "parameters-stop"],
      ["a", '{"stop": "x", "n": 2}', '["a", "b"]'],
    );
    expect(JSON.parse(text ?? "")).toMatchObject({ parameters: { n: 2, stop: ["a", "b"] } });
  });
});

describe("a cell", () => {
  test.each([
    ["0", "0"],
    ["-12", "-12"],
    ["+5", "5"],
    ["12345678901234567890", "12345678901234567890"],
    ["1.50", "1.50"],
    [".5", "0.5"],
    ["-.5", "-0.5"],
    ["2.", "2"],
    ["2.e3", "2e3"],
    ["1e3", "1e3"],
    ["true", "true"],
    ["FALSE", "false"],
    ["007", '"007"'],
    ["NA", '"NA"'],
    ["None", '"None"'],
    ["null", '"null"'],
    ["NaN", '"NaN"'],
    ["constructor", '"constructor"'],
    ["1,5", '"1,5"'],
    ["0x10", '"0x10"'],
    [".", '"."'],
    [" 1", '" 1"'],
  ])("%s is the JSON %s", (cell, json) => {
    const [text = ""] = recordsOf(["x"], [cell]);
    expect(text).toBe(`{"x": ${json}}`);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  test("of a column with other cells is text, so that a column holds one kind", () => {
    const texts = recordsOf(["code", "gap"], ["12", "1"], ["007", ""], ["5", "3"]);
    expect(texts.map((text) => JSON.parse(text) as object)).toEqual([
      { code: "12", gap: 1 },
      { code: "007" },
      { code: "5", gap: 3 },
    ]);
  });

  test("of a prompt, an API, a model or an expected response is always text", () => {
    const [text] = recordsOf(
      ["api", "model_name", "prompt", "expected_response"],
      ["1", "2", "3", "4"],
    );
    expect(JSON.parse(text ?? "")).toEqual({
      api: "1",
      model_name: "2",
      prompt: "3",
      expected_response: "4",
    });
  });
});

test.each([
  ['["a", "b"]', ["a", "b"]],
  [' [{"role": "user", "content": "x"}] ', [{ role: "user", content: "x" }]],
  ['{"role": "user", "content": "x"}', [{ role: "user", content: "x" }]],
  ['{"sum": 1}', '{"sum": 1}'],
  ["[1, 2]", "[1, 2]"],
  ["[]", "[]"],
  ["[sic] what?", "[sic] what?"],
])("the prompt %s is %j", (cell, prompt) => {
  const [text] = recordsOf(["prompt"], [cell]);
  expect(JSON.parse(text ?? "")).toEqual({ prompt });
});

test.each([
  [["a", "", "c"], /none for column 2/],
  [["a", "b", "a"], /"a" twice/],
])("the header %j is refused", (names, words) => {
  expect(problemOfHeader(names)).toMatch(words);
});
