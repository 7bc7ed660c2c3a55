import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../src/domain/failure/user-error.js";
import {
  findFolderIdentity,
  markerName,
  openFolderIdentity,
  requireFolder,
} from "../../src/storage/folder-identity.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

function folderIn(parent: string, name = "data"): string {
  const path = join(parent, name);
  mkdirSync(path);
  return path;
}

test("a folder has no identity until it is opened, then always the same", async () => {
  const folder = folderIn(temporaryFolder());
  expect(await findFolderIdentity(folder)).toBeUndefined();
  const identity = await openFolderIdentity(folder);
  expect(identity).toMatch(/^[0-9a-f]{20}$/);
  expect(await openFolderIdentity(folder)).toBe(identity);
  expect(await findFolderIdentity(folder)).toBe(identity);
  expect(readdirSync(folder)).toEqual([markerName]);
});

test("a folder that is not there has none, and is not made", async () => {
  const parent = temporaryFolder();
  expect(await findFolderIdentity(join(parent, "data"))).toBeUndefined();
  await expect(openFolderIdentity(join(parent, "data"))).rejects.toThrow("ENOENT");
  expect(readdirSync(parent)).toEqual([]);
});

test("of many that open a folder at the same time all get one identity", async () => {
  const folder = folderIn(temporaryFolder());
  const here = Array.from({ length: 20 }, async () => openFolderIdentity(folder));
  expect(new Set(await Promise.all(here)).size).toBe(1);
});

test("of several processes that open a folder at the same time all get one identity", async () => {
  const folder = folderIn(temporaryFolder());
  const module = new URL("../../dist/src/storage/folder-identity.js", import.meta.url).href;
  const code = `import(${JSON.stringify(module)}).then(async (m) => {
    await new Promise((done) => process.stdin.once("data", done).resume());
    process.stdout.write(await m.openFolderIdentity(${JSON.stringify(folder)}));
    process.exit(0);
  });`;
  const programs = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, ["-e", code], { stdio: ["pipe", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (part: Buffer) => (text += part.toString()));
    const ended = once(child, "close").then(() => text);
    return { child, ended };
  });
  for (const { child } of programs) child.stdin.write("go\n");
  const identities = await Promise.all(programs.map(async ({ ended }) => ended));
  expect(new Set(identities)).toEqual(new Set([await findFolderIdentity(folder)]));
});

test("a link to the folder has its identity, and so has the folder that was opened by a link", async () => {
  const parent = temporaryFolder();
  const folder = folderIn(parent);
  symlinkSync(folder, join(parent, "link"));
  const identity = await openFolderIdentity(join(parent, "link"));
  expect(await openFolderIdentity(folder)).toBe(identity);
});

test("the same path by a link to another mount has its identity, as on a second machine", async () => {
  const parent = temporaryFolder();
  const path = join(parent, "data");
  symlinkSync(folderIn(parent, "mount-a"), path);
  const identity = await openFolderIdentity(path);
  // Another machine's view: the same share, mounted elsewhere, with a link at the same path.
  renameSync(join(parent, "mount-a"), join(parent, "mount-b"));
  renameSync(path, join(parent, "old-link"));
  symlinkSync(join(parent, "mount-b"), path);
  expect(await findFolderIdentity(path)).toBe(identity);
});

test("a copy has an identity of its own; the first folder keeps its one", async () => {
  const parent = temporaryFolder();
  const folder = folderIn(parent);
  const identity = await openFolderIdentity(folder);
  const copy = join(parent, "copy");
  cpSync(folder, copy, { recursive: true });
  const other = await openFolderIdentity(copy);
  expect(other).toMatch(new RegExp(`^${identity}-[0-9a-f]{8}$`));
  expect(await openFolderIdentity(folder)).toBe(identity);
});

test("a moved folder has another identity, and its first one when it is back", async () => {
  const parent = temporaryFolder();
  const folder = folderIn(parent);
  const identity = await openFolderIdentity(folder);
  const marker = readFileSync(join(folder, markerName), "utf8");
  const moved = join(parent, "moved");
  renameSync(folder, moved);
  const elsewhere = await openFolderIdentity(moved);
  expect(elsewhere).not.toBe(identity);
  await expect(requireFolder(folder, identity)).rejects.toThrow(
    /data" is not there on .+ Mount or restore it at that path; the work then continues\.$/,
  );
  renameSync(moved, folder);
  expect(await openFolderIdentity(folder)).toBe(identity);
  expect(readFileSync(join(folder, markerName), "utf8")).toBe(marker);
});

test("another folder at the path of the experiment's is not taken for it, and that is no user's mistake", async () => {
  const folder = folderIn(temporaryFolder());
  await openFolderIdentity(folder);
  const wrong = requireFolder(folder, "00112233445566778899");
  await expect(wrong).rejects.toThrow(
    /is not the experiment's folder, according to its \.ostinato-/,
  );
  await expect(wrong).rejects.not.toBeInstanceOf(UserError);
});

test.each([
  ["no JSON", "{", /Restore the file/],
  ["of another kind", '{"hello": 1}', /Restore the file/],
  ["with an odd id", '{"version": 1, "id": "../x", "paths": []}', /Restore the file/],
  ["of a later version", '{"version": 2, "who": 1}', /got version 2\. A newer version of Ostinato/],
])("a marker that is %s is refused with a sentence", async (_, text, message) => {
  const folder = folderIn(temporaryFolder());
  writeFileSync(join(folder, markerName), text);
  await expect(openFolderIdentity(folder)).rejects.toThrow(message);
  await expect(openFolderIdentity(folder)).rejects.toBeInstanceOf(UserError);
});
