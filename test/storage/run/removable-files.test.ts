import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { removableFiles, removeFiles } from "../../../src/storage/run/removable-files.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const stamp = "21-11-2026-10-43-19";
const later = "22-11-2026-10-43-19";

let data: string;

beforeEach(() => {
  data = temporaryFolder();
});

function write(path: string, content: string): string {
  const file = join(data, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** A run's state folder with a manifest, as far as a removal reads it. */
function state(folder: string, at: string, owner: string): void {
  const stage = owner === folder ? undefined : { kind: "judge", experiment: owner };
  const manifest = { version: 2, settings: { name: folder }, stage };
  write(`output/${folder}/.${at}/manifest.json`, JSON.stringify(manifest));
}

async function removed(name: string, options?: { withFiles: boolean }): Promise<number> {
  const found = await removableFiles(data, name, options);
  for (const files of found) await removeFiles(files);
  return found.reduce((sum, { runs }) => sum + runs, 0);
}

test("all runs of an experiment are removed, with their folder", async () => {
  state("pilot", stamp, "pilot");
  state("pilot", later, "pilot");
  write(
    `output/pilot/.${stamp}-segment-2/manifest.json`,
    `{"version": 2, "settings": {"name": "pilot"}}`,
  );
  write(`output/pilot/${stamp}-completed-pilot.jsonl`, "0123456789");
  write(`output/pilot/${stamp}-report-pilot.html`, "");
  state("pilot-2", stamp, "pilot-2");
  const [found] = await removableFiles(data, "pilot");
  expect(found).toMatchObject({ runs: 2, unfinished: [join(data, `output/pilot/.${later}`)] });
  expect(found?.bytes).toBeGreaterThan(10);
  expect(await removed("pilot")).toBe(2);
  expect(readdirSync(join(data, "output"))).toEqual(["pilot-2"]);
});

test("other files in the folder stay, and a folder of no run too", async () => {
  state("pilot", stamp, "pilot");
  write("output/pilot/notes.txt", "mine");
  write(`output/pilot/${later}-thoughts.txt`, "mine");
  write(`output/pilot/${stamp}-figures/a.png`, "mine");
  write("output/precious/thesis.txt", "mine");
  expect(await removed("pilot")).toBe(1);
  expect(readdirSync(join(data, "output/pilot")).sort()).toEqual([
    `${stamp}-figures`,
    `${later}-thoughts.txt`,
    "notes.txt",
  ]);
  expect(await removed("precious")).toBe(0);
  expect(existsSync(join(data, "output/precious/thesis.txt"))).toBe(true);
});

test.each(["..", ".", "../data", "/", "a/../.."])(
  "the name %j reaches no other folder",
  async (name) => {
    write(`${stamp}-input-data.jsonl`, "mine");
    write(`output/${stamp}-input-output.jsonl`, "mine");
    expect(await removed(name)).toBe(0);
  },
);

test("files whose state was removed before are found", async () => {
  write(`output/pilot/${stamp}-input-pilot.jsonl`, "{}");
  write(`output/pilot/${stamp}-log-pilot.txt`, "");
  expect(await removed("pilot")).toBe(1);
  expect(existsSync(join(data, "output/pilot"))).toBe(false);
});

test("without files, only the states are removed", async () => {
  state("pilot", stamp, "pilot");
  write(`output/pilot/${stamp}-completed-pilot.jsonl`, "{}");
  expect(await removed("pilot", { withFiles: false })).toBe(1);
  expect(readdirSync(join(data, "output/pilot"))).toEqual([`${stamp}-completed-pilot.jsonl`]);
});

test("a stage's run belongs to its experiment, whatever its folder", async () => {
  state("judge-pilot", stamp, "pilot");
  state("judge-pilot", later, "judge-pilot");
  state("pilot", stamp, "pilot");
  state("post-rephrase-pilot", stamp, "pilot");
  write("output/post-rephrase-pilot/pilot.jsonl", "{}");
  expect(await removed("judge-pilot")).toBe(1);
  expect(readdirSync(join(data, "output/judge-pilot"))).toEqual([`.${stamp}`]);
  expect(await removed("pilot")).toBe(3);
  expect(readdirSync(join(data, "output"))).toEqual([]);
});

describe("a symbolic link", () => {
  test.each(["output/pilot", "output"])("at %s is refused", async (path) => {
    const outside = temporaryFolder();
    const folder = path === "output" ? join(outside, "pilot") : outside;
    mkdirSync(join(folder, `.${stamp}`), { recursive: true });
    if (path !== "output") mkdirSync(join(data, "output"));
    symlinkSync(outside, join(data, path));
    await expect(removableFiles(data, "pilot")).rejects.toThrow(/reached by a symbolic link/);
    expect(existsSync(join(folder, `.${stamp}`))).toBe(true);
  });

  test("in a run is removed, and its target stays", async () => {
    const outside = temporaryFolder();
    writeFileSync(join(outside, "mine.txt"), "mine");
    state("pilot", stamp, "pilot");
    symlinkSync(outside, join(data, `output/pilot/.${stamp}/link`));
    symlinkSync(outside, join(data, `output/pilot/.${later}`));
    expect(await removed("pilot")).toBe(1);
    expect(readdirSync(outside)).toEqual(["mine.txt"]);
    expect(readdirSync(join(data, "output/pilot"))).toEqual([`.${later}`]);
  });
});
