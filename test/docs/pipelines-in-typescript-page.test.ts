import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { dumpPipeline, readDefinition } from "../../src/pipeline/definition/definition-text.js";
import { functionFacts, loadPipelineModule } from "../../src/pipeline/code/load-pipeline-module.js";
import { checkTypes } from "../pipeline/builder/type-errors.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(repository, "docs", "pipelines-in-typescript.md"), "utf8");
const programs = blocks("ts");

function blocks(language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(
    ([, text = ""]) => text,
  );
}

test("every program of the page compiles as it stands", { timeout: 120_000 }, () => {
  expect(programs.length).toBeGreaterThan(5);
  const checked = checkTypes(
    Object.fromEntries(programs.map((text, index) => [`program ${index}`, text])),
  );
  const errors = Object.entries(checked).map(([name, found]) => [name, found.errors]);
  expect(errors.filter(([, found]) => found?.length !== 0)).toEqual([]);
});

test("the first program and the YAML beside it are one definition, with one dump", async () => {
  const module = join(temporaryFolder(), "steps.ts");
  writeFileSync(module, programs[0] ?? "");
  const { definition, folder } = await loadPipelineModule(module);
  const functions = await functionFacts(definition, folder);
  const read = readDefinition(blocks("yaml")[0] ?? "");
  expect(read.problems).toEqual([]);
  expect(definition).toEqual(read.definition);
  expect(dumpPipeline(definition)).toBe(read.definition && dumpPipeline(read.definition));
  expect([...functions]).toEqual([
    ["./steps.ts#words", { reads: ["generations"], writes: ["words"] }],
  ]);
});

test.each(
  programs
    .map((text, index) => ({ text, index }))
    .filter(({ text }) => /export default/.test(text)),
)("the pipeline of program $index can be loaded", async ({ text }) => {
  const module = join(temporaryFolder(), "pipeline.ts");
  writeFileSync(module, text);
  await expect(loadPipelineModule(module)).resolves.toHaveProperty("definition.name");
});
