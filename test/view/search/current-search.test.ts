import { expect, test } from "vitest";
import { everyRecord } from "../../../src/domain/report/record-query.js";
import { CurrentSearch } from "../../../src/view/search/current-search.js";
import type { SearchedRows } from "../../../src/view/search/text-search.js";

function rowsOf(places: number): SearchedRows {
  return {
    places,
    has: () => true,
    findIds: () => undefined,
    textsOf: () => undefined,
    lineAt: async () => undefined,
  };
}

test("a search goes on while its words and places are the same", () => {
  const current = new CurrentSearch();
  const searchFor = (search: string, places: number) =>
    current.of({ ...everyRecord, search }, places, () => rowsOf(places));
  const first = searchFor("two words", 3);
  expect(first).toBeDefined();
  expect(searchFor("two words", 3)).toBe(first);
  const ofMorePlaces = searchFor("two words", 4);
  expect(ofMorePlaces).not.toBe(first);
  expect(searchFor("other words", 4)).not.toBe(ofMorePlaces);
});

test("a query without words has no search", () => {
  expect(new CurrentSearch().of({ ...everyRecord, search: "  " }, 3, () => rowsOf(3))).toBe(
    undefined,
  );
});
