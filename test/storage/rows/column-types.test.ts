import { expect, test } from "vitest";
import type { JsonValue } from "../../../src/domain/json/json.js";
import { ColumnTypes } from "../../../src/storage/rows/column-types.js";

function typeOf(...values: JsonValue[]): string {
  const types = new ColumnTypes([]);
  for (const value of values) types.see({ column: value });
  const [column] = types.columns();
  return column?.list === true ? `list of ${column.type}` : String(column?.type);
}

test.each<[string, JsonValue[]]>([
  ["integer", [1, null, -9007199254740991]],
  ["double", [1, 2.5]],
  ["double", [9007199254740992]],
  ["double", [-0]],
  ["boolean", [null, true]],
  ["text", ["a", ""]],
  ["text", [null, null]],
  ["json", [1, "1"]],
  ["json", [true, 1]],
  ["json", [{ a: 1 }]],
  ["json", [1, 2.5, "a", 1]],
  ["list of integer", [[1, null], null, []]],
  ["list of double", [[1], [1.5]]],
  ["list of text", [[], null]],
  ["list of text", [["a"], []]],
  ["json", [[1], 1]],
  ["json", [1, []]],
  ["json", [[1, "a"]]],
  ["json", [[[1]]]],
  ["json", [[{ role: "user" }]]],
])("the type %s of %j", (type, values) => {
  expect(typeOf(...values)).toBe(type);
});

test("columns are in the order in which they are seen, after the first ones", () => {
  const types = new ColumnTypes(["known"]);
  types.see({ b: 1 });
  types.see({ a: 1, known: 2 });
  expect(types.columns().map(({ name }) => name)).toEqual(["known", "b", "a"]);
});
