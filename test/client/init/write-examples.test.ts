import { mkdirSync, readFileSync, symlinkSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exampleFiles } from "../../../src/client/init/example-files.js";
import { writeExamples } from "../../../src/index.js";
import { resolveSettings } from "../../../src/settings/resolve-settings.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const all = ["prompts.jsonl", "ostinato.json", "judge/settings.json", "judge/template.txt"];

test("all files are written into an empty folder, and none a second time", async () => {
  const folder = temporaryFolder();
  expect(await writeExamples(folder)).toEqual({ written: all, kept: [] });
  expect(await writeExamples(folder)).toEqual({
    written: [],
    kept: ["judge/", "prompts.jsonl", "ostinato.json"],
  });
  expect(readFileSync(join(folder, "prompts.jsonl"), "utf8").trim().split("\n")).toHaveLength(4);
});

test("what is there stays: a file, a judge folder and a link", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "prompts.jsonl"), "mine");
  mkdirSync(join(folder, "judge"));
  symlinkSync(join(folder, "elsewhere.json"), join(folder, "ostinato.json"));
  expect(await writeExamples(folder)).toEqual({
    written: [],
    kept: ["judge/", "prompts.jsonl", "ostinato.json"],
  });
  expect(readFileSync(join(folder, "prompts.jsonl"), "utf8")).toBe("mine");
  expect(existsSync(join(folder, "elsewhere.json"))).toBe(false);
});

test("the settings are valid, those in comments too", async () => {
  const folder = temporaryFolder();
  await writeExamples(folder);
  const names = ["requestsPerMinute", "maxCost", "scorers", "judgeFolder", "judges"] as const;
  const sources = { flags: {}, environment: {}, folder };
  expect(resolveSettings(names, sources).values).toMatchObject({ requestsPerMinute: 60 });
  expect(resolveSettings(names, sources).values.maxCost).toBeUndefined();
  const text = exampleFiles["ostinato.json"] ?? "";
  writeFileSync(join(folder, "ostinato.json"), text.replaceAll(/^ {2}\/\/ "/gm, '  "'));
  expect(resolveSettings(names, sources).values).toMatchObject({
    maxCost: 5,
    judgeFolder: join(folder, "judge"),
    judges: ["strict"],
  });
});
