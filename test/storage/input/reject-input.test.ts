import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rejectInput } from "../../../src/storage/input/reject-input.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const at = new Date("2026-11-21T10:43:19Z");

function write(folder: string, name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test("a file is set aside with its settings and a text that says why and what to do", async () => {
  const folder = temporaryFolder();
  const path = write(folder, "pilot.jsonl", "not JSON\n");
  const settingsPath = write(folder, "pilot.settings.json", "{}");
  const reason = `Line 1 isn't JSON. ${"x".repeat(600)}`;
  const rejected = await rejectInput({ path, settingsPath, inputName: "pilot.jsonl" }, reason, at);
  const aside = join(folder, "rejected");
  expect(rejected).toEqual({
    inputName: "pilot.jsonl",
    reason: `${reason.slice(0, 499)}…`,
    errorFile: join(aside, "pilot.error.txt"),
  });
  expect(readdirSync(folder)).toEqual(["rejected"]);
  expect(readdirSync(aside).sort()).toEqual([
    "pilot.error.txt",
    "pilot.jsonl",
    "pilot.settings.json",
  ]);
  expect(readFileSync(join(aside, "pilot.jsonl"), "utf8")).toBe("not JSON\n");
  expect(readFileSync(rejected.errorFile, "utf8")).toBe(
    [
      "pilot.jsonl was set aside at 2026-11-21T10:43:19.000Z. Nothing of it was sent.",
      reason,
      `Put it right, then move it and its settings file back to ${folder}.`,
      "",
    ].join("\n\n"),
  );
});

test("a file of the same name that lies there stays", async () => {
  const folder = temporaryFolder();
  for (const text of ["one", "two"]) {
    const path = write(folder, "pilot.jsonl", text);
    await rejectInput({ path, inputName: "pilot.jsonl" }, "bad", at);
  }
  const aside = join(folder, "rejected");
  expect(readFileSync(join(aside, "pilot.jsonl"), "utf8")).toBe("one");
  expect(readFileSync(join(aside, "pilot-2.jsonl"), "utf8")).toBe("two");
  expect(readdirSync(aside)).toContain("pilot-2.error.txt");
});

test("what a killed process left half done is done", async () => {
  const folder = temporaryFolder();
  const aside = join(folder, "rejected");
  mkdirSync(aside);
  write(aside, "pilot.error.txt", "bad");
  const path = write(folder, "pilot.jsonl", "one");
  await rejectInput({ path, inputName: "pilot.jsonl" }, "bad", at);
  expect(readdirSync(aside).sort()).toEqual(["pilot.error.txt", "pilot.jsonl"]);
  // Another attempt of the same look has moved the file meanwhile.
  await rejectInput({ path, inputName: "pilot.jsonl" }, "bad", at);
});
