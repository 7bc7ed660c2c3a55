import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { askLine } from "../../../../cli/output/terminal/ask-line.js";

function asked(): { input: PassThrough; answer: Promise<string>; shown: () => string } {
  const input = new PassThrough();
  const output = new PassThrough();
  const answer = askLine(input, output, "Remove it? ");
  return { input, answer, shown: () => (output.read() as Buffer | null)?.toString() ?? "" };
}

test("a question is shown, and the line is the answer", async () => {
  const { input, answer, shown } = asked();
  input.write("yes\n");
  expect(await answer).toBe("yes");
  expect(shown()).toBe("Remove it? ");
});

test("an input that ends is no answer", async () => {
  const { input, answer } = asked();
  input.end();
  expect(await answer).toBe("");
});
