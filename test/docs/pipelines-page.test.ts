import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkPipeline } from "../../src/pipeline/check-pipeline.js";
import {
  builtInUses,
  functionStepSchema,
  stepSchemas,
} from "../../src/pipeline/definition/definition-schema.js";
import { readDefinition } from "../../src/pipeline/definition/definition-text.js";
import { samplerKeys, samplerTypes } from "../../src/pipeline/definition/sampler-schema.js";

const page = readFileSync(
  fileURLToPath(new URL("../../docs/pipelines.md", import.meta.url)),
  "utf8",
);

test("the pipelines of docs/pipelines.md are valid", () => {
  const blocks = [...page.matchAll(/^```yaml\n(name: [\s\S]*?)^```/gm)].map(
    ([, text = ""]) => text,
  );
  expect(blocks.length).toBeGreaterThan(1);
  for (const block of blocks) {
    const { definition, problems } = readDefinition(block);
    expect(problems).toEqual([]);
    const checked = checkPipeline(definition!, { columnsOfSource: new Map(), apis: ["test"] });
    expect(checked.problems).toEqual([]);
  }
});

test("docs/pipelines.md has a heading for each kind of step, and names each key", () => {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  expect(builtInUses.filter((use) => !headings.includes(use))).toEqual([]);
  const keys = Object.values(stepSchemas).flatMap(({ shape }) => Object.keys(shape));
  const all = new Set([
    ...keys,
    ...Object.keys(functionStepSchema.shape),
    ...samplerTypes.flatMap((type) => [type, ...samplerKeys(type)]),
  ]);
  // `type` stands in the example of samplers.
  const named = new Set([...page.matchAll(/`(\w+)[`:]/g)].map(([, word]) => word));
  expect([...all].filter((key) => !named.has(key) && key !== "type")).toEqual([]);
});
