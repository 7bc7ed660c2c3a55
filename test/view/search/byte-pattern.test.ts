import fc from "fast-check";
import { expect, test } from "vitest";
import { bytePattern } from "../../../src/view/search/byte-pattern.js";

function occurs(word: string, json: string): boolean {
  const pattern = bytePattern(word);
  return pattern?.test(Buffer.from(json).toString("latin1")) ?? true;
}

test.each([
  ["paris", '{"a":"Is PARIS big?"}', true],
  ["naïve", '{"a":"A NAÏVE idea"}', true],
  ["naïve", String.raw`{"a":"A na\u00EFve idea"}`, true],
  ["naïve", '{"a":"naive"}', false],
  ["привет", '{"a":"ПРИВЕТ"}', true],
  ["猫", '{"a":"黒猫"}', true],
  ["😀x", '{"a":"😀 x"}', true],
  ['"quoted"', String.raw`{"a":"\"QUOTED\""}`, true],
  ["a/b", String.raw`{"a":"a\/b"}`, true],
  ["paris", '{"a":"pa ris"}', false],
  ["...", "{}", true],
  ["kelvin", '{"a":"\u212aelvin"}', true],
])("%s in %s: %s", (word, json, expected) => {
  expect(occurs(word, json)).toBe(expected);
});

test("a word that a text has is never missed, however JSON writes it", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(text, fc.boolean(), (given, isEscaped) => {
      const json = JSON.stringify({ given });
      const written = isEscaped ? escaped(json) : json;
      for (const word of given.toLowerCase().split(/\s+/)) {
        // A character that changes its length in lower case may be missed, e.g. İ.
        if (word !== "" && given.toLowerCase().length === given.length) {
          expect(occurs(word, written)).toBe(true);
        }
      }
    }),
  );
});

/** As Python's `json.dumps` writes. */
function escaped(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
