import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as library from "../../src/index.js";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

describe.each([
  { name: "worker-bundle", required: 'require("@temporalio/worker")', inside: ["zod"] },
  // src/client/connection/temporal.ts calls `require` by this name.
  { name: "cli-bundle", required: 'load("@temporalio/client")', inside: ["commander", "zod"] },
])("$name", ({ name, required, inside }) => {
  const folder = join(dist, name);
  const files = readdirSync(folder);
  const code = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");

  test("shares the classes that a user's API or executor imports", () => {
    const classes = Object.entries(library)
      .filter(([, value]) => typeof value === "function" && value.toString().startsWith("class "))
      .map(([exported]) => exported);
    expect(classes).toContain("ProviderError");
    const copied = classes.filter((exported) =>
      new RegExp(`\\b${exported}\\d* = class\\b|\\bclass ${exported}\\d*\\b`).test(code),
    );
    expect(copied).toEqual([]);
  });

  test("has small packages alone, and loads Temporal's with `require`", () => {
    const files = code.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm);
    const packages = new Set([...files].map(([, found = ""]) => found));
    expect([...packages]).toEqual(expect.arrayContaining(inside));
    expect([...packages].filter((found) => isLargeOrRare(found))).toEqual([]);
    // The parts of zod that we use, and its messages in one language.
    expect(code).toContain("// node_modules/zod/v4/locales/en.js");
    expect(code).not.toContain("// node_modules/zod/v4/locales/de.js");
    expect(code).not.toMatch(/^import .* from "@temporalio\//m);
    expect(code).toContain(required);
  });
});

describe("commands start", () => {
  const main = join(dist, "cli", "main.js");
  const versionWith = (...flags: string[]): string =>
    execFileSync(process.execPath, [...flags, main, "--version"], { encoding: "utf8" });

  test("from the bundle, and from the compiled modules where Node.js can't require an ES module", () => {
    const bundled = versionWith();
    expect(bundled).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(versionWith("--no-experimental-require-module")).toBe(bundled);
  });

  test("with packages that `require` can load: none of them awaits at its top level", () => {
    const bundle = join(dist, "cli-bundle", "program.cjs");
    const required = readFileSync(bundle, "utf8").matchAll(/^\/\/ required-module:(.+)$/gm);
    const packages = [...required].map(([, name = ""]) => name);
    expect(packages).toContain("hyparquet");
    const load = createRequire(bundle);
    for (const name of packages) expect(Object.keys(load(name) as object), name).not.toEqual([]);
  });
});

/** Packages whose code would delay commands that do not need it, and those that user code shares. */
function isLargeOrRare(name: string): boolean {
  return /^(@temporalio|@grpc|@anthropic-ai|@google|@pydantic)\/|^(undici|openai|tar|yaml|ajv|protobufjs|gpt-tokenizer|hyparquet.*)$/.test(
    name,
  );
}
