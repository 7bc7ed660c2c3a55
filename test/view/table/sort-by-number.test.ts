import fc from "fast-check";
import { expect, test } from "vitest";
import { sortByNumber } from "../../../src/view/table/sort-by-number.js";

const keys = fc.array(
  fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity)),
);

test("a radix sort agrees with a comparing one, in both directions", () => {
  fc.assert(
    fc.property(keys, fc.boolean(), (values, descending) => {
      const places = Uint32Array.from(values, (_, place) => place);
      const sign = descending ? -1 : 1;
      const compare = (a: number, b: number): number => {
        const [one = 0, other = 0] = [values[a], values[b]];
        return one === other ? a - b : sign * (one < other ? -1 : 1);
      };
      const sorted = sortByNumber(places, Float64Array.from(values), descending);
      expect([...sorted]).toEqual([...places].sort(compare));
    }),
  );
});
