import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as library from "../../src/index.js";

test("docs/library.md names all that the library exports", () => {
  const page = readFileSync(new URL("../../docs/library.md", import.meta.url), "utf8");
  const named = new Set([...page.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(Object.keys(library).filter((name) => !named.has(name))).toEqual([]);
});
