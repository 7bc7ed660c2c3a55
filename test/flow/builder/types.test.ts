import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkTypes } from "../../pipeline/builder/type-errors.js";

const builder = fileURLToPath(new URL("../../../src/flow/builder/index.ts", import.meta.url));
const imports = `import { z } from "zod";
import { flow, llm } from "ostinato";
import type { Line, Lines } from "ostinato";
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const same = <Expected>() => <Given>(_given: Given, _same: Same<Expected, Given>) => undefined;
declare const line: Line;
`;

const right = {
  inputs: `flow({ a: z.string(), b: z.int().default(3), c: z.array(z.number()).optional() }, ({ a, b, c }) => { same<string>()(a, true); same<number>()(b, true); same<number[] | undefined>()(c, true); });`,
  output: `same<Promise<{ n: number }>>()(flow({ a: z.string() }, async ({ a }) => ({ n: a.length })).run({ a: "x" }, line), true);`,
  call: `export const f = flow({ q: z.string() }, async ({ q }, l) => { const { text } = await l.call(llm("openai", "gpt-4o"), q); same<string>()(text, true); return text; });`,
  messages: `void line.call("openai/gpt-4o", [{ role: "user", content: "hi" }], { temperature: 0 });`,
  step: `interface Page { readonly text: string } const page = (): Promise<Page> => Promise.resolve({ text: "x" }); export const found = async () => same<Page>()(await line.step("p", page), true);`,
  now: `same<number>()(line.now(), true); same<number>()(line.random(), true);`,
  lines: `export const aggregate = async (lines: Lines<{ truth: string }, { answer: string }>) => ({ right: lines.filter(({ inputs, outputs }) => inputs.truth === outputs.answer).length / lines.length });`,
};

const wrong = {
  unknownInput: [
    `flow({ a: z.string() }, ({ b }) => b);`,
    /Property 'b' does not exist on type '\{ a: string; \}'/,
  ],
  inputType: [
    `flow({ a: z.number() }, ({ a }) => a.trim());`,
    /'trim' does not exist on type 'number'/,
  ],
  prompt: [`void line.call(llm("a", "b"), 3);`, /Argument of type 'number' is not assignable/],
  stepValue: [`void line.step("s", () => 3n);`, /bigint/],
} as const;

const texts: Record<string, string> = Object.fromEntries([
  ...Object.entries(right).map(([name, body]) => [name, imports + body]),
  ...Object.entries(wrong).map(([name, [body]]) => [name, imports + body]),
]);
const checked = checkTypes(texts, builder);

test.each(Object.keys(right))("the types of %s are right", (name) => {
  expect(checked[name]?.errors).toEqual([]);
});

test.each(Object.entries(wrong))("the compiler finds %s", (name, [, message]) => {
  expect(checked[name]?.errors.join("\n")).toMatch(message);
});
