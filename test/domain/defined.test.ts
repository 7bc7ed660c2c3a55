import { expect, expectTypeOf, test } from "vitest";
import { defined } from "../../src/domain/defined.js";

test("leaves out what is undefined and nothing else", () => {
  const given = { name: "a", code: undefined, size: 0, note: "", last: null, open: false };
  expect(Object.entries(defined(given))).toEqual([
    ["name", "a"],
    ["size", 0],
    ["note", ""],
    ["last", null],
    ["open", false],
  ]);
});

test("makes optional what may be undefined", () => {
  const given = (code: number | undefined): { name: string; code?: number } =>
    defined({ name: "a", code });
  expectTypeOf(given).returns.toEqualTypeOf<{ name: string; code?: number }>();
  expect(given(undefined)).toStrictEqual({ name: "a" });
  expect(given(3)).toStrictEqual({ name: "a", code: 3 });
});
