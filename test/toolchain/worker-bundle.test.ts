import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as library from "../../src/index.js";

const folder = fileURLToPath(new URL("../../dist/worker-bundle", import.meta.url));
const files = readdirSync(folder);
const code = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");

test("the worker's bundle shares the classes that a user's API or executor imports", () => {
  const classes = Object.entries(library)
    .filter(([, value]) => typeof value === "function" && value.toString().startsWith("class "))
    .map(([name]) => name);
  expect(classes).toContain("ProviderError");
  const copied = classes.filter((name) =>
    new RegExp(`\\b${name}\\d* = class\\b|\\bclass ${name}\\d*\\b`).test(code),
  );
  expect(copied).toEqual([]);
});

test("the bundle has no packages, and loads Temporal's with `require`", () => {
  expect(code).not.toMatch(/^\/\/ node_modules\//m);
  expect(code).not.toMatch(/^import .* from "@temporalio\//m);
  expect(code).toContain('require("@temporalio/worker")');
});
