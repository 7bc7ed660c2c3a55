import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeSetUp } from "../../../../bench/lib/set-up.js";
import type { CliSetUp } from "../../../helpers/cli-set-up.js";
import { cliSetUp } from "../../../helpers/cli-set-up.js";
import { temporaryFolder } from "../../../helpers/temporary-folder.js";

const examples = fileURLToPath(new URL("../../../../examples/pipelines", import.meta.url));

let cli: CliSetUp;

beforeEach(async () => {
  cli = await cliSetUp();
});

afterEach(async () => {
  await removeSetUp(cli.setUp);
});

/** The path of a module with this text. */
function module(text: string): string {
  const path = join(temporaryFolder(), "mine.ts");
  writeFileSync(path, text);
  return path;
}

const mistaken = `import { pipeline, rows, step } from "ostinato";
import { z } from "zod";
const writes = z.object({ m: z.number() });
const f = step({ name: "f", reads: z.object({ lost: z.string() }), writes }, () => ({ m: 1 }));
export default pipeline("bad", (p) => {
  const load = p.load("load", rows([{ n: 1 }]));
  p.step("f", f);
  p.connect(load, "f");
});
`;

test("the example in TypeScript is valid, and is saved as YAML that names its functions", async () => {
  const file = join(examples, "first-pipeline.ts");
  const checked = await cli.ostinato("pipeline", "check", file);
  expect(checked.stdout.trim()).toBe(`${file} is valid: 6 steps, 3 models`);
  const { stdout } = await cli.ostinato("pipeline", "save", file);
  expect(stdout).toContain("use: ./first-pipeline.ts#words");
});

test("the check knows the columns that a function's schemas declare", async () => {
  const file = module(mistaken);
  const { stdout, code } = await cli.ostinato("pipeline", "check", file);
  expect(stdout).toContain('The step "f" requires the columns lost, and available are n');
  expect(code).toBe(2);
});

test.each([
  ["export const n = 1;", (file: string) => `${file} has no pipeline as its default export.`],
  [
    "export default (",
    (file: string) =>
      `The module mine.ts can't be bundled:\n  mine.ts:1:17: Unexpected end of file\nCorrect this in ${dirname(file)}`,
  ],
  [
    'throw new Error("no key");',
    () => "The module ./mine.ts can't be loaded: no key\n    at mine.ts:1:7",
  ],
])("a module without a pipeline exits with 2: %s", async (text, message) => {
  const file = module(text);
  const { stderr, code } = await cli.ostinato("pipeline", "check", file);
  expect(stderr).toContain(message(file));
  expect(code).toBe(2);
});
