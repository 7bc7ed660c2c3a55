import { describe, expect, it } from "vitest";
import {
  parseExactJson,
  withExactNumbers,
  withPlainNumbers,
} from "../../../src/domain/json/exact-numbers.js";

const throughJson = (text: string): string =>
  withExactNumbers(JSON.stringify(parseExactJson(text)));

describe("whole numbers beyond 2^53", () => {
  it.each([
    '{"seed":9007199254740993}',
    '{"seed":-18446744073709551615,"a":[12345678901234567890,1]}',
    "9007199254740993",
  ])("go through as they stand: %s", (text) => {
    expect(throughJson(text)).toBe(text);
  });

  it.each([
    ['{"text":"9007199254740993 and \\"9007199254740993"}'],
    ['{"price":0.5,"count":9007199254740991,"far":1e+21}'],
    ['{"price":0.1234567890123456}'],
  ])("leave the rest alone: %s", (text) => {
    expect(throughJson(text)).toBe(text);
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
  });

  it("are JavaScript's numbers for code that asks for them", () => {
    const value = parseExactJson('{"seed":9007199254740993,"text":"a"}');
    expect(withPlainNumbers(value)).toEqual({ seed: 9007199254740992, text: "a" });
  });

  it("are faults where they would be faults of JSON", () => {
    expect(() => parseExactJson('{"a":00000000000000001}')).toThrow(SyntaxError);
  });
});
