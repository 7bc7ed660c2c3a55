import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { prepareFirst } from "../../../activities/stages/prepare-stage.js";
import type { PrepareExperimentInput } from "../../../src/domain/experiment/experiment.js";
import type { InputForm } from "../../../src/domain/record/input-form.js";
import { templateFile } from "../../../src/pipeline/templates/line-form.js";
import { openDataFolder, stageInput, stageTemplate } from "../../../src/storage/data-folder.js";
import { hashFile } from "../../../src/storage/files/hash-file.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { givenInput, readManifest, runPaths } from "../../../src/storage/run/run-folder.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { context, readRecord, settingsOf } from "../../storage/run/prepared-run.js";

const table = "question;topic\nWas?;A\nWarum?;\n";
const models = [
  { api: "test", model: "a" },
  { api: "test", model: "b" },
];

/** The input of an experiment with a staged file, as `run` makes it. */
async function staged(
  name: string,
  text: string,
  form: InputForm,
): Promise<PrepareExperimentInput> {
  const dataFolder = join(temporaryFolder(), "data");
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  const folder = await openDataFolder(dataFolder);
  const input = await stageInput(folder, file, { move: false, sha256: await hashFile(file) });
  if (form.template) await stageTemplate(input.inputPath, form.template.path);
  return { settings: settingsOf(dataFolder, { form }), ...input };
}

async function templated(): Promise<InputForm> {
  const path = join(temporaryFolder(), "prompt.jinja");
  writeFileSync(path, "{{ question }} ({{ topic }})");
  return { models, template: await templateFile(path) };
}

async function promptsOf(directory: string): Promise<readonly unknown[]> {
  const store = await openGroupStore(directory, "all");
  const records = await Promise.all([0, 1, 2, 3].map(async (at) => readRecord(store, at)));
  await store.close();
  return records.map(({ record }) => [record.id, record.model_name, record.prompt]);
}

const expected = [
  [1, "a", "Was? (A)"],
  [1, "b", "Was? (A)"],
  [2, "a", "Warum? ()"],
  [2, "b", "Warum? ()"],
];

describe("the records of a table with a template", () => {
  test("are made although the template is gone, and made again the same after a crash", async () => {
    const form = await templated();
    const input = await staged("q.csv", table, form);
    rmSync(form.template?.path ?? "");
    const { directory } = await prepareFirst(input, context);
    expect(await promptsOf(directory)).toEqual(expected);
    const made = readFileSync(runPaths(directory).input, "utf8");
    expect(readFileSync(givenInput(directory, "q.csv"), "utf8")).toBe(table);
    expect(readdirSync(dirname(input.inputPath))).toEqual([]);
    // The crash came before the manifest was written.
    rmSync(runPaths(directory).manifest);
    expect((await prepareFirst(input, context)).directory).toBe(directory);
    expect(readFileSync(runPaths(directory).input, "utf8")).toBe(made);
    expect((await readManifest(directory)).records).toBe(4);
  });

  test("are refused where the template in its place has changed", async () => {
    const form = await templated();
    const input = await staged("q.csv", table, form);
    rmSync(`${input.inputPath}.template`);
    writeFileSync(form.template?.path ?? "", "{{ topic }}");
    await expect(prepareFirst(input, context)).rejects.toThrow("has changed since the start");
    expect(existsSync(input.inputPath)).toBe(true);
    expect(existsSync(join(input.settings.dataFolder, "output", "pilot"))).toBe(false);
  });
});

test("JSON lines with other keys become records, beside which they are kept", async () => {
  const text = '{"model": "test/a", "messages": [{"role": "user", "content": "Hi"}]}\r\n';
  const input = await staged("chat.jsonl", text, {});
  const { directory } = await prepareFirst(input, context);
  const given = givenInput(directory, "chat.jsonl");
  expect(basename(given)).toMatch(/-original-pilot\.jsonl$/);
  expect(readFileSync(given, "utf8")).toBe(text);
  expect(readFileSync(runPaths(directory).input, "utf8")).toBe(
    '{"model_name": "a", "prompt": [{"role": "user", "content": "Hi"}], "api": "test"}\n',
  );
});

test("JSON lines that are records stay byte for byte", async () => {
  const text = '\ufeff{"api": "test",  "prompt": "Hi"}\r\n';
  const input = await staged("pilot.jsonl", text, {});
  const { directory } = await prepareFirst(input, context);
  expect(readFileSync(runPaths(directory).input, "utf8")).toBe(text);
  expect(existsSync(givenInput(directory, "pilot.jsonl"))).toBe(false);
});

test("a table in a watched folder takes its template from where it is", async () => {
  const form = await templated();
  const dataFolder = temporaryFolder();
  mkdirSync(join(dataFolder, "input"));
  const inputPath = join(dataFolder, "input", "q.csv");
  writeFileSync(inputPath, table);
  const input = { settings: settingsOf(dataFolder, { form }), inputPath, inputName: "q.csv" };
  const { directory } = await prepareFirst(input, context);
  expect(await promptsOf(directory)).toEqual(expected);
});
