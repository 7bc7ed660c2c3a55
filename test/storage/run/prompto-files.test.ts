import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../../../bench/lib/repository.js";
import { finishRun } from "../../../src/storage/run/finish-run.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { prepareRun } from "../../../src/storage/run/prepare-run.js";
import { checkRecord } from "../../../src/providers/registry/registry.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { completedLine, context, settingsOf } from "./prepared-run.js";

// prompto's own example files: see the README beside them.
const inputs = join(repository, "test/fixtures/prompto/input");
const examples = readdirSync(inputs).filter((name) => !name.startsWith("own-"));

/** Runs an input to its end, as if each record had been answered. Returns the output folder. */
async function answered(
  inputName: string,
  place: (path: string) => void,
): Promise<{ readonly folder: string; readonly files: readonly string[] }> {
  const dataFolder = temporaryFolder();
  mkdirSync(join(dataFolder, "input"));
  const inputPath = join(dataFolder, "input", inputName);
  place(inputPath);
  const name = inputName.replace(/\.(jsonl|csv)$/, "");
  // Some of the examples show prompts that prompto refuses, each for itself.
  const settings = settingsOf(dataFolder, { name, skipInvalid: true });
  const run = await prepareRun({ settings, inputPath, inputName }, { ...context, checkRecord });
  const store = await openGroupStore(run.directory, "all");
  for (let position = 0; position < store.records; position += 1) {
    await store.append(completedLine(position, { sentAt: Date.now() }));
  }
  await store.close();
  await finishRun(run.directory, { cancelled: [], now: () => new Date() });
  expect(readdirSync(join(dataFolder, "input"))).toEqual([]);
  const folder = join(dataFolder, "output", name);
  return { folder, files: readdirSync(folder).filter((file) => !file.startsWith(".")) };
}

const stamp = /^\d\d-\d\d-\d{4}-\d\d-\d\d-\d\d-/;

test.each(examples)(
  "%s leaves prompto's three files, with its keys and ours after them",
  async (input) => {
    const name = basename(input, ".jsonl");
    const { folder, files } = await answered(input, (path) =>
      copyFileSync(join(inputs, input), path),
    );
    expect(files.every((file) => stamp.test(file))).toBe(true);
    expect(new Set(files.map((file) => stamp.exec(file)?.[0])).size).toBe(1);
    expect(files.map((file) => file.replace(stamp, "")).sort()).toEqual([
      `completed-${name}.jsonl`,
      `input-${name}.jsonl`,
      `log-${name}.txt`,
    ]);
    const read = (kind: string): string[] => {
      const file = files.find((one) => one.replace(stamp, "").startsWith(kind)) ?? "";
      return readFileSync(join(folder, file), "utf8").trimEnd().split("\n");
    };
    expect(read("input-").join("\n")).toBe(readFileSync(join(inputs, input), "utf8").trimEnd());
    const keysOf = (line: string): string[] => Object.keys(JSON.parse(line) as object);
    const given = read("input-").map(keysOf);
    read("completed-").forEach((line, index) => {
      const keys = keysOf(line);
      const own = given[index] ?? [];
      expect(keys.slice(0, own.length)).toEqual(own);
      // prompto appends the response to all, and to those that it sent the time.
      const appended = keys.slice(own.length);
      expect(appended).toContain("response");
      if (line.includes('"status": "completed"')) expect(appended).toContain("timestamp_sent");
    });
  },
);

test("a CSV leaves four", async () => {
  const { files } = await answered("table.csv", (path) =>
    writeFileSync(path, "id,api,model_name,prompt\n0,openai,gpt-4o,Hello\n"),
  );
  expect(files.map((file) => file.replace(stamp, "")).sort()).toEqual([
    "completed-table.jsonl",
    "input-table.csv",
    "input-table.jsonl",
    "log-table.txt",
  ]);
});
