import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/domain/failure/user-error.js";
import { readJudgeFolder } from "../../../src/evaluation/judges/judge-folder.js";
import { readRephraseFolder } from "../../../src/evaluation/rephrase/rephrase-folder.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const good = { api: "test", model_name: "m", parameters: {} };

function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = join(temporaryFolder(), "folder");
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const judging = { judges: ["a"], templates: ["t.txt"] };

test.each([
  [
    "no settings",
    { "t.txt": "" },
    judging,
    /file with the settings of each judge at .*settings.json", found none/,
  ],
  [
    "settings that are no JSON",
    { "settings.json": "{", "t.txt": "" },
    judging,
    /settings of each judge/,
  ],
  [
    "settings that are a list",
    { "settings.json": [], "t.txt": "" },
    judging,
    /one object with the settings/,
  ],
  [
    "a judge without a model",
    { "settings.json": { a: { api: "test", parameters: {} } } },
    judging,
    /`model_name` for the judge "a"/,
  ],
  [
    "a mistyped key",
    { "settings.json": { a: { ...good, prase: "last_number" } } },
    judging,
    /Unknown key `prase` of the judge "a" in .* Did you mean `parse`\?/,
  ],
  [
    "a key of OpenAI's",
    { "settings.json": { a: { api: "test", model: "m", parameters: {} } } },
    judging,
    /Unknown key `model` of the judge "a" in .* Did you mean `model_name`\?/,
  ],
  [
    "a parameter beside the parameters",
    { "settings.json": { a: { ...good, temperature: 0 } } },
    judging,
    /Unknown key `temperature` .* Did you mean `"parameters": \{"temperature": …\}`\?/,
  ],
  [
    "an unused judge without an API",
    { "settings.json": { a: good, b: {} } },
    judging,
    /`api` for the judge "b"/,
  ],
  [
    "parameters that are a text",
    { "settings.json": { a: { ...good, parameters: "" } } },
    judging,
    /`parameters` to be an object/,
  ],
  [
    "an unknown way to parse",
    { "settings.json": { a: { ...good, parse: "number" } } },
    judging,
    /`parse` of judge "a"/,
  ],
  [
    "a judge that isn't there",
    { "settings.json": { gpt: good } },
    { ...judging, judges: ["gtp"] },
    /the judge "gtp" in .* Did you mean "gpt"\?/,
  ],
  [
    "a template that isn't there",
    { "settings.json": { a: good } },
    judging,
    /a template at .*t.txt", found none/,
  ],
  [
    "a template that is no .txt",
    { "settings.json": { a: good } },
    { ...judging, templates: ["t.md"] },
    /ends in .txt, got "t.md"/,
  ],
  [
    "an unknown placeholder",
    { "settings.json": { a: good }, "t.txt": "{OUTPUT}" },
    judging,
    /Unknown placeholder \{OUTPUT\}/,
  ],
  [
    "two templates of one name",
    { "settings.json": { a: good }, "t.txt": "", "t.v2.txt": "" },
    { ...judging, templates: ["t.txt", "t.v2.txt"] },
    /"t.txt" and "t.v2.txt" are both called "t"/,
  ],
])("a judge folder with %s is refused", async (...[, files, choice, message]) => {
  const folder = folderWith(files);
  const error: unknown = await readJudgeFolder({ folder, ...choice }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(message);
});

test.each([
  ["a blank line", { "t.txt": "a {INPUT_PROMPT}\n\nb" }, {}, /a blank line 2/],
  [
    "an unknown placeholder",
    { "t.txt": "{OUTPUT_RESPONSE}" },
    {},
    /Unknown placeholder \{OUTPUT_RESPONSE\} in .*t.txt line 1/,
  ],
  [
    "an unknown parser",
    { "t.txt": "a" },
    { parser: "split_number_list" },
    /Did you mean "split_numbered_list"\?/,
  ],
])("a rephrase folder with %s is refused", async (...[, files, more, message]) => {
  const folder = folderWith({ "settings.json": { a: good }, ...files });
  const choice = { folder, models: ["a"], templates: "t.txt", ...more };
  const error: unknown = await readRephraseFolder(choice).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(message);
});

test("a folder that isn't there is named", async () => {
  await expect(readJudgeFolder({ folder: "/nowhere", ...judging })).rejects.toThrow(
    'Expected the judge folder "/nowhere" to be a folder with settings.json and templates in it, found nothing.',
  );
});
