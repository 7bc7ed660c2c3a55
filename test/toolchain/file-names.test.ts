import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

const declaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|const|enum|interface|type) +(\w+)/gm;
const list = /^export (?:type )?\{([^}]*)\}/gm;

test("a file that exports one thing is named after it", () => {
  const files = ["src", "activities", "workflows", "worker", "cli"].flatMap(modulesIn);
  const single = files.flatMap((file) => {
    const [name, ...others] = exportsOf(readFileSync(join(root, file), "utf8"));
    return name !== undefined && others.length === 0 ? [{ file, name }] : [];
  });
  expect(single.length).toBeGreaterThan(files.length / 4);
  expect(single.filter(({ file, name }) => !isNamedAfter(file, name))).toEqual([]);
});

test.each([
  ["limit/give-slots.ts", "giveSlots", true],
  ["plan/row-walk.ts", "walkRow", true],
  ["anthropic/failure.ts", "readAnthropicFailure", true],
  ["scorers/built-in-scorers.ts", "makeBuiltInScorer", true],
  ["limit/giving.ts", "giveSlots", false],
  ["failure/advice.ts", "remedyFor", false],
])("%s may hold %s: %s", (file, name, expected) => {
  expect(isNamedAfter(file, name)).toBe(expected);
});

/** True if the export's name has all words of the file's name, in any order and number. */
function isNamedAfter(file: string, name: string): boolean {
  const words = new Set((name.match(/\d+|[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []).map(singular));
  return basename(file)
    .replace(/\.tsx?$/, "")
    .split(/[-.]/)
    .every((word) => words.has(singular(word)));
}

function singular(word: string): string {
  return word.toLowerCase().replace(/s$/, "");
}

function exportsOf(code: string): readonly string[] {
  const listed = [...code.matchAll(list)].flatMap(([, names = ""]) => names.split(","));
  const names = listed.map((name) => name.trim()).filter((name) => name !== "");
  return [...new Set([...[...code.matchAll(declaration)].map(([, name = ""]) => name), ...names])];
}

function modulesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter(
      (path) =>
        /(?<!\.d)\.tsx?$/.test(path) && !/(?:^|\/)(?:index|main|.*-program)\.ts$/.test(path),
    )
    .map((path) => join(folder, path));
}
