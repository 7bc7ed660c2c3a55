import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filesOf, sound } from "./mistakes.js";
import type { Mistake } from "./mistakes.js";
import { scratchProject } from "./scratch-project.js";
import type { ScratchProject } from "./scratch-project.js";

const compilerMistakes: readonly Mistake[] = [
  ...["process", "Buffer", "setTimeout", "console", "fetch"].map((name) => ({
    title: `the domain uses ${name}`,
    file: `src/domain/uses-${name}.ts`,
    code: `export const used: unknown = ${name};\n`,
    rule: "TS2",
  })),
  {
    title: "a workflow uses process",
    file: "workflows/uses-process.ts",
    code: "export const used: unknown = process;\n",
    rule: "TS2",
  },
  {
    title: "the domain imports outside its folder",
    file: "src/domain/reaches-out.ts",
    code: 'export { send } from "../../activities/send.js";\n',
    rule: "TS6",
  },
];

describe("the compiler", () => {
  let project: ScratchProject;
  let output: string;

  beforeAll(async () => {
    project = await scratchProject({ ...sound, ...filesOf(compilerMistakes) });
    const results = await Promise.all(
      ["src/domain", "workflows"].map((folder) =>
        project.run("typescript-7/bin/tsc", ["-p", folder, "--noEmit", "--pretty", "false"]),
      ),
    );
    output = results.map(({ stdout }) => stdout).join("");
  });
  afterAll(() => project.remove());

  test.each(compilerMistakes)("refuses it when $title", ({ file, rule }) => {
    expect(output.split("\n").filter((line) => line.startsWith(`${file}(`))).toContainEqual(
      expect.stringContaining(`error ${rule}`),
    );
  });
});
