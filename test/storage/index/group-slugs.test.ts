import fc from "fast-check";
import { expect, test } from "vitest";
import { groupId, pageId } from "../../../src/domain/experiment/ids.js";
import { groupSlugs } from "../../../src/storage/index/group-slugs.js";
import { limitIdOfKey } from "../../../src/storage/run/limit-id-of-key.js";
import { fileNameOf } from "../../../src/storage/run/run-folder.js";
import { slug } from "../../../src/storage/index/slug.js";

// Any text that JSON can carry, halves of surrogate pairs included, long ones, and those that have
// caught others out.
const anyName = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.array(fc.integer({ min: 0xd700, max: 0xe000 })).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: fc.constantFrom("a", "A", "/", ".", "%", "é"), maxLength: 900 }),
  fc.constantFrom("", ".", "..", "invalid", "Invalid", "claim", "manifest", "a.b", "\0", "\ud800"),
);
const safePart =
  /^(?:[A-Za-z0-9_~-]|%[0-9A-F]{2}|%uD[0-9A-F]{3})(?:[A-Za-z0-9._~-]|%[0-9A-F]{2}|%uD[0-9A-F]{3})*$/;

test("any names of groups are file names that differ, whatever the disk makes of capitals", () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyName, { maxLength: 20 }), (names) => {
      const slugs = [...groupSlugs(names).values()];
      expect(new Set(slugs.map((slug) => slug.toLowerCase())).size).toBe(names.length);
      for (const slug of slugs) {
        expect(slug).toMatch(safePart);
        expect(slug.length).toBeLessThanOrEqual(100);
        expect(slug.toLowerCase()).not.toBe("invalid");
      }
    }),
  );
});

test("ids of any names fit the 255 characters of Temporal's SQL schemas, and limits of different keys differ", () => {
  fc.assert(
    fc.property(anyName, anyName, (one, other) => {
      const group = groupSlugs([one]).get(one) ?? "";
      const page = pageId(groupId(slug(other), "21-11-2026-10-43-19", group), 1_000_000);
      expect(page.length).toBeLessThanOrEqual(255);
      expect(limitIdOfKey(`group/${one}`).length).toBeLessThanOrEqual(255);
      const same = limitIdOfKey(`group/${one}`) === limitIdOfKey(`group/${other}`);
      expect(same).toBe(one === other);
    }),
  );
});

test("any experiment's name is one file name, which leaves room for what stands around it", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      fc.pre(name !== "");
      const file = fileNameOf(name);
      expect(file).not.toMatch(/[/\\\0]|^\./);
      expect(Buffer.byteLength(file)).toBeLessThanOrEqual(120);
    }),
  );
});
