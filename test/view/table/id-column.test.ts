import { expect, test } from "vitest";
import { IdColumn } from "../../../src/view/table/id-column.js";

/**
 * As many that they are sorted by their bytes, with long common starts, equal ids and other
 * alphabets.
 */
const ids = Array.from({ length: 9_000 }, (_, place) => {
  const number = (place * 7_919) % 5_000;
  if (place % 3 === 0) return `run-of-a-long-name/${number}`;
  return place % 3 === 1 ? `run-of-a-long-name/part/${number % 900}` : `RÉCORD ${number}`;
});

function columnOf(values: readonly string[]): IdColumn {
  const column = new IdColumn();
  // Ids come in any order.
  for (let place = values.length - 1; place >= 0; place -= 1)
    column.set(place, values[place] ?? "");
  return column;
}

test.each([false, true])(
  "ids are sorted as a comparison sorts them, descending: %s",
  (descending) => {
    const places = Uint32Array.from(ids.keys());
    const sign = descending ? -1 : 1;
    const expected = [...places].sort((a, b) => {
      const [one = "", other = ""] = [ids[a], ids[b]];
      return one === other ? a - b : sign * (one < other ? -1 : 1);
    });
    expect([...columnOf(ids).sorted(places, descending)]).toEqual(expected);
  },
);

test.each(["part/89", "récord 42", "e/499", "x", "récord.4"])("%s is found in ids", (word) => {
  const found = columnOf(ids).find(word, ids.length);
  const places = ids.flatMap((id, place) => (id.toLowerCase().includes(word) ? [place] : []));
  expect([...(found ?? [])].flatMap((mark, place) => (mark === 1 ? [place] : []))).toEqual(places);
});

test("an id that is replaced is not found any more, and a saved column is the same", () => {
  const column = columnOf(["one", "two"]);
  column.set(0, "three");
  column.set(1, "two");
  expect(column.find("one", 2) ?? []).not.toContain(1);
  const restored = new IdColumn();
  restored.restore(column.save(2));
  expect([0, 1, 2].map((place) => restored.at(place))).toEqual(["three", "two", ""]);
  expect([...(restored.find("t", 2) ?? [])]).toEqual([1, 1]);
});
