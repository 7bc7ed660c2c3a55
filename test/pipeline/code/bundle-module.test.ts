import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { bundleModule } from "../../../src/pipeline/code/bundle-module.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { functionsOf } from "./function-set-up.js";

function write(folder: string, name: string, text: string): string {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function problemOf(folder: string): Promise<string> {
  const failed = bundleModule(join(folder, "steps.ts"));
  await expect(failed).rejects.toThrow(UserError);
  return failed.then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : ""),
  );
}

describe("a module that can't be bundled is a user error that says where and what to do:", () => {
  test("a mistake in its code", async () => {
    const folder = temporaryFolder();
    write(folder, "steps.ts", 'import "./other.js";\n');
    write(folder, "other.ts", "export const a = 1;\nexport const b = ;\n");
    expect(await problemOf(folder)).toBe(
      `The module steps.ts can't be bundled:
  other.ts:2:18: Unexpected ";"
Correct this in ${folder} and start again.`,
    );
  });

  test("imports that nobody has", async () => {
    const folder = temporaryFolder();
    write(folder, "steps.ts", 'import "./lost.js";\nimport "no-such-package-x";\n');
    expect(await problemOf(folder)).toBe(
      `The module steps.ts can't be bundled:
  steps.ts:1:8: Could not resolve "./lost.js". Check the path.
  steps.ts:2:8: Could not resolve "no-such-package-x". Install it beside the module: npm install no-such-package-x
Correct these in ${folder} and start again.`,
    );
  });

  test("a name of ostinato that is not for pipelines", async () => {
    const folder = temporaryFolder();
    write(folder, "steps.ts", 'import { connect, step } from "ostinato";\nconnect(step);\n');
    expect(await problemOf(folder)).toBe(
      `The module steps.ts can't be bundled:
  steps.ts:1:10: The module of a pipeline or a flow can't import "connect" of ostinato. Import it in another file: here are the names for pipelines and flows only.
Correct this in ${folder} and start again.`,
    );
  });

  test("a path with no file", async () => {
    const folder = temporaryFolder();
    expect(await problemOf(folder)).toBe(
      `There is no module ${join(folder, "steps.ts")}. Check the path before "#" in \`use\`.`,
    );
  });
});

test("the hash is of the code: neither comments nor types change it", async () => {
  const folder = temporaryFolder();
  const hashOf = async (text: string) =>
    (await bundleModule(write(folder, "steps.ts", text))).sha256;
  const first = await hashOf("export const n = (row: object) => ({ n: 1 });\n");
  expect(await hashOf("// A comment.\n\nexport const n = (row: unknown) => ({ n: 1 });\n")).toBe(
    first,
  );
  expect(await hashOf("export const n = (row: object) => ({ n: 2 });\n")).not.toBe(first);
});

test("code finds the data beside its own file", async () => {
  const { functions } = await functionsOf(
    `#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { word } from "./word.js";
export const words = () => ({ word, own: readFileSync(new URL("own.txt", import.meta.url), "utf8") });
`,
    {
      "own.txt": "own",
      "word.txt": "word",
      "word.ts": `import { readFileSync } from "node:fs";
import { join } from "node:path";
export const word = readFileSync(join(import.meta.dirname, "word.txt"), "utf8");
`,
    },
  );
  expect(await functions.run("./steps.ts#words", {})).toEqual({ word: "word", own: "own" });
});

test("CommonJS packages are in the bundle; one with a native add-on stays where it is", async () => {
  const folder = temporaryFolder();
  const modules = join(folder, "node_modules");
  write(modules, "plain/package.json", '{ "name": "plain", "main": "main.js" }');
  write(
    modules,
    "plain/main.js",
    'const { basename } = require("node:path");\nexports.file = basename(__filename); exports.of = "plain";',
  );
  write(
    modules,
    "native/package.json",
    '{ "name": "native", "main": "main.js", "dependencies": { "bindings": "1.0.0" } }',
  );
  write(modules, "native/main.js", 'exports.of = "native";');
  const module = write(
    folder,
    "steps.ts",
    'import plain from "plain";\nimport native from "native";\nexport const all = () => [plain, native];\n',
  );
  const { code } = await bundleModule(module);
  const imports = [...code.matchAll(/from "(.+)"/g)].map(([, from]) => from);
  expect(imports).toEqual([`file://${join(modules, "native/main.js")}`]);
  expect(code).toContain('exports.of = "plain"');
});
