import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadLineForm, templateFile } from "../../../src/pipeline/templates/line-form.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

function templateOf(text: string): string {
  const path = join(temporaryFolder(), "prompt.jinja");
  writeFileSync(path, text);
  return path;
}

test("a template is rendered over a line, without the line end of its file", async () => {
  const template = await templateFile(
    templateOf("{{ question }} in {{ language or 'English' }}\n"),
  );
  const { render, ...rest } = await loadLineForm({ template, parameters: { n: 1 } });
  expect(rest).toEqual({ parameters: { n: 1 } });
  expect(render?.({ question: "Why?", language: "" })).toBe("Why? in English");
  expect(() => render?.({ quest: "Why?", language: "" })).toThrow(
    "Expected `question` for the template, the line has `quest`, `language`.",
  );
});

test("a template that has changed since the start is refused", async () => {
  const template = await templateFile(templateOf("{{ question }}"));
  writeFileSync(template.path, "{{ answer }}");
  await expect(loadLineForm({ template })).rejects.toThrow("has changed since the start");
});

test.each([
  ["{% if %}", /Expected a Jinja template in ".*prompt\.jinja"/],
  ["{{ question", /Expected a Jinja template/],
  [
    "Say\n{{ question | jsonn }}",
    /can't be rendered\. In line 2 there is no filter `jsonn`\. Did you mean `tojson`\?$/,
  ],
])("%s is refused", async (text, message) => {
  await expect(templateFile(templateOf(text))).rejects.toThrow(message);
});

test("a missing template is refused with its path", async () => {
  const path = join(temporaryFolder(), "gone.jinja");
  await expect(templateFile(path)).rejects.toThrow(
    `Expected a template at ${JSON.stringify(path)}`,
  );
});
