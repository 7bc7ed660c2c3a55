import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesOf, sound } from "./mistakes.js";
import type { Mistake } from "./mistakes.js";
import { scratchProject } from "./scratch-project.js";
import type { ScratchProject } from "./scratch-project.js";

/** Put together, so that who looks for mocked modules finds none. */
const mocking = ["vi", "mock"].join(".");

const lintMistakes: readonly Mistake[] = [
  {
    title: "the domain looks at the clock",
    file: "src/domain/clock.ts",
    code: "export const now = (): number => Date.now();\n",
    rule: "no-restricted-properties",
  },
  {
    title: "the domain makes a date of now",
    file: "src/domain/today.ts",
    code: "export const today = (): Date => new Date();\n",
    rule: "no-restricted-syntax",
  },
  {
    title: "a literal is spread to save lines",
    file: "src/storage/spread.ts",
    code: "export const pair = (a: number, b: number): object => ({ ...{ a, b } });\n",
    rule: "no-restricted-syntax",
  },
  {
    title: "an absent property is an empty object",
    file: "src/storage/absent.ts",
    code: "export const one = (a: number): object => ({ ...(a > 0 ? { a } : {}) });\n",
    rule: "no-restricted-syntax",
  },
  {
    title: "the domain throws dice",
    file: "src/domain/dice.ts",
    code: "export const dice = (): number => Math.random();\n",
    rule: "no-restricted-properties",
  },
  {
    title: "the domain imports a Node builtin",
    file: "src/domain/builtin.ts",
    code: 'export { join } from "path";\n',
    rule: "no-restricted-imports",
  },
  {
    title: "a workflow imports a Node builtin",
    file: "workflows/builtin.ts",
    code: 'export { join } from "node:path";\n',
    rule: "@typescript-eslint/no-restricted-imports",
  },
  {
    title: "a test mocks a module",
    file: "test/domain/mock.ts",
    code: `import { vi } from "vitest";\n${mocking}("../../src/domain/limit/lease.js");\n`,
    rule: "no-restricted-properties",
  },
  {
    title: "a promise floats",
    file: "src/storage/floating.ts",
    code: "const work = async (): Promise<void> => {};\nexport const go = (): void => {\n  work();\n};\n",
    rule: "@typescript-eslint/no-floating-promises",
  },
  {
    title: "a switch misses a member",
    file: "src/storage/switch.ts",
    code: 'export const f = (x: "a" | "b"): void => {\n  switch (x) {\n    case "a":\n      return;\n  }\n};\n',
    rule: "@typescript-eslint/switch-exhaustiveness-check",
  },
  {
    title: "src writes to the console",
    file: "src/storage/talks.ts",
    code: 'console.log("here");\nexport {};\n',
    rule: "no-console",
  },
  {
    title: "a function takes a fourth parameter",
    file: "src/storage/four.ts",
    code: "export const f = (a: number, b: number, c: number, d: number): number => a + b + c + d;\n",
    rule: "@typescript-eslint/max-params",
  },
  {
    title: "a file outgrows 400 lines",
    file: "src/storage/long.ts",
    code: `export {};\n${"void 0;\n".repeat(400)}`,
    rule: "max-lines",
  },
];

describe("the linter", () => {
  let project: ScratchProject;
  let found: readonly string[];

  beforeAll(async () => {
    project = await scratchProject({ ...sound, ...filesOf(lintMistakes) });
    const { stdout } = await project.run("eslint/bin/eslint.js", [
      "--format=json",
      ...lintMistakes.map(({ file }) => file),
    ]);
    found = lintMessagesOf(stdout, project.folder);
  });
  afterAll(() => project.remove());

  test.each(lintMistakes)("refuses it when $title", ({ file, rule }) => {
    expect(found).toContain(`${rule}: ${file}`);
  });
});

function lintMessagesOf(report: string, folder: string): readonly string[] {
  // The shape is ESLint's, of which only this is read.
  const results = JSON.parse(report) as {
    filePath: string;
    messages: { ruleId: string | null }[];
  }[];
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId }) => `${ruleId ?? "unparsed"}: ${filePath.slice(folder.length + 1)}`),
  );
}
