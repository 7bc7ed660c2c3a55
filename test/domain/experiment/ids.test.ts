import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  experimentId,
  groupId,
  limitId,
  pageId,
  partOfLimitId,
  partsOfGroupId,
  slugOf,
} from "../../../src/domain/experiment/ids.js";

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const slug = (name: string): string => slugOf(name, hash);

describe("workflow ids", () => {
  test("are paths that show what belongs to what", () => {
    const group = groupId("pilot", "21-11-2026-10-43-19", "all");
    expect(experimentId("pilot")).toBe("experiment/pilot");
    expect(group).toBe("experiment/pilot/21-11-2026-10-43-19/group/all");
    expect(pageId(group, 12)).toBe(`${group}/page/12`);
    expect(limitId("api%2Fopenai")).toBe("limit/api%2Fopenai");
  });

  test("tell their parts", () => {
    const group = groupId("pilot%2F2", "21-11-2026-10-43-19", "all");
    expect(partsOfGroupId(group)).toEqual({ experiment: "pilot%2F2", group: "all" });
    expect(partsOfGroupId(pageId(group, 12))).toBeUndefined();
    expect(partsOfGroupId("someone-else")).toBeUndefined();
    expect(partOfLimitId(limitId("api%2Fopenai"))).toBe("api%2Fopenai");
  });
});

describe("a name as a part of an id", () => {
  test.each([
    ["pilot-2_final.v1~", "pilot-2_final.v1~"],
    ["a/b", "a%2Fb"],
    ["two words", "two%20words"],
    ["..", "%2E."],
    [".hidden", "%2Ehidden"],
    ["it's (new)!*", "it%27s%20%28new%29%21%2A"],
    ["größe", "gr%C3%B6%C3%9Fe"],
    ["100%", "100%25"],
  ])("of %s is %s", (name, part) => {
    expect(slug(name)).toBe(part);
  });

  test("above 100 bytes is cut and ends in a hash, with no half of an encoded character", () => {
    for (let length = 80; length < 110; length += 1) {
      const part = slug(`${"x".repeat(length)}ééé`);
      expect(part.length).toBeLessThanOrEqual(100);
      expect(part).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+$/);
    }
    expect(slug("y".repeat(200))).not.toBe(slug("y".repeat(201)));
  });

  test("has unreserved characters alone, fits 100 bytes, and differs where names differ", () => {
    const names = fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(names, names, (one, other) => {
        const part = slug(one);
        expect(part).toMatch(/^(?:[A-Za-z0-9_~-]|%[0-9A-F]{2})(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
        expect(part.length).toBeLessThanOrEqual(100);
        expect(part === slug(other)).toBe(one === other);
      }),
    );
  });
});
