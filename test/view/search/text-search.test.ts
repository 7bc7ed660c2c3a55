import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { everyRecord, searchTextOf } from "../../../src/domain/report/record-query.js";
import { searchedTexts } from "../../../src/report/record/record-of-line.js";
import { TextSearch } from "../../../src/view/search/text-search.js";
import { IdColumn } from "../../../src/view/table/id-column.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

/** Few letters, so that words are often found, with all that JSON escapes. */
const text = fc.string({
  unit: fc.constantFrom(...Array.from("aAnNuU0 é\n\t\"\\/'<-.")),
  maxLength: 12,
});
const line = fc.oneof(
  fc.record({ status: fc.constant("completed"), prompt: text, response: text }),
  fc.record({ prompt: text, note: text, status: fc.constant("completed"), response: text }),
  fc.record({ prompt: fc.array(text), status: fc.constant("completed"), response: text }),
  fc.record({ status: fc.constant("completed"), question: text, leaves: fc.constant([]) }),
  fc.record({
    prompt: text,
    status: fc.constant("failed"),
    response: fc.constant(null),
    error: fc.record({ type: fc.constant("Nun"), message: text }),
  }),
  fc.record({ prompt: text, response: text }),
);
const words = fc.array(
  fc.string({ unit: fc.constantFrom(...Array.from("anu0é\"\\/'<-.")), minLength: 1, maxLength: 3 }),
  { minLength: 1, maxLength: 2 },
);

test("a search through the bytes finds the lines whose texts have all words", async () => {
  const folder = temporaryFolder();
  let number = 0;
  const property = fc.asyncProperty(
    ...([fc.array(line, { maxLength: 8 }), words, fc.constantFrom("plain", "unicode")] as const),
    async (lines, searched, style) => {
      number += 1;
      const values = lines.map((value, place): JsonObject => ({ id: `u${place}`, ...value }));
      const file = written(join(folder, String(number)), values, style);
      const ids = new IdColumn();
      values.forEach((_, place) => ids.set(place, `u${place}`));
      const search = new TextSearch(
        { ...everyRecord, search: searched.join(" ") },
        {
          places: values.length,
          has: () => true,
          findIds: (word) => ids.find(word, values.length),
          // The lines come from this test.
          textsOf: (place, json) => searchedTexts(JSON.parse(json) as JsonObject, place),
          lineAt: () => Promise.resolve(undefined),
          file,
        },
      );
      await search.done;
      const expected = values.map((value, place) => {
        const whole = searchTextOf(searchedTexts(value, place));
        return Number(searched.every((word) => whole.includes(word)));
      });
      expect([...search.found]).toEqual(expected);
      expect(search.progress).toBe(1);
    },
  );
  await fc.assert(property, { numRuns: 400 });
});

/** JSON lines as JavaScript writes them, or with all that other writers escape. */
function written(
  path: string,
  values: readonly JsonObject[],
  style: string,
): { path: string; spanOf: (place: number) => { offset: number; length: number } } {
  const lines = values.map((value) => {
    const json = JSON.stringify(value);
    if (style === "plain") return json;
    const escaped = json.replace(/[é'<]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    });
    return escaped.replaceAll("/", "\\/");
  });
  writeFileSync(path, lines.map((each) => `${each}\n`).join(""));
  const sizes = lines.map((each) => Buffer.byteLength(each));
  const spanOf = (place: number): { offset: number; length: number } => ({
    offset: sizes.slice(0, place).reduce((sum, size) => sum + size + 1, 0),
    length: sizes[place] ?? 0,
  });
  return { path, spanOf };
}
