import { expect, test } from "vitest";
import { idsIn } from "../../../src/storage/log/record-search.js";

test.each([
  ['{"id":9007199254740993,"prompt":"p"}', "9007199254740993"],
  ['{"id":-18446744073709551615,"prompt":"p"}', "-18446744073709551615"],
  ['{"prompt":"{\\"id\\":3}", "id" : 1.0 }', "1.0"],
  ['{"prompt":"p","id":1e3}', "1e3"],
  ['{"prompt":"p","id":7}', "7"],
  ['{"prompt":"p","id":"007"}', "007"],
  ['{"prompt":"p","line_number":4}', "4"],
])("the record of %s is found as it is written, %s", (text, id) => {
  expect(idsIn(text)[0]).toBe(id);
});
