import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const installing = /Installing the packages/;

let folder: string;

/** A package whose one dependency lies in its own folder, so that no registry is asked. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ostinato-install-"));
  await cp(join(repository, "scripts"), join(folder, "scripts"), { recursive: true });
  await mkdir(join(folder, "tiny"));
  await writeFile(join(folder, "tiny", "package.json"), '{ "name": "tiny", "version": "1.0.0" }');
  const { name, dependencies } = { name: "scratch", dependencies: { tiny: "file:tiny" } };
  await writeFile(join(folder, "package.json"), JSON.stringify({ name, dependencies }));
  const packages = {
    "": { name, dependencies },
    "node_modules/tiny": { resolved: "tiny", link: true },
    tiny: { version: "1.0.0" },
  };
  await writeFile(
    join(folder, "package-lock.json"),
    JSON.stringify({ name, lockfileVersion: 3, requires: true, packages }),
  );
});
afterEach(() => rm(folder, { recursive: true }));

function ensureInstalled(): { readonly code: number | null; readonly said: string } {
  const code =
    'import { ensureInstalled } from "./scripts/ensure-installed.mjs"; ensureInstalled();';
  const done = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: folder,
    encoding: "utf8",
  });
  return { code: done.status, said: done.stderr };
}

test("what is missing is installed, and only then", async () => {
  expect(ensureInstalled()).toEqual({ code: 0, said: expect.stringMatching(installing) });
  expect(ensureInstalled()).toEqual({ code: 0, said: "" });
});

test("another version in package-lock.json is installed", async () => {
  ensureInstalled();
  const lockFile = join(folder, "package-lock.json");
  const manifest = join(folder, "tiny", "package.json");
  for (const file of [lockFile, manifest]) {
    await writeFile(file, (await readFile(file, "utf8")).replace("1.0.0", "1.0.1"));
  }
  expect(ensureInstalled()).toEqual({ code: 0, said: expect.stringMatching(installing) });
  expect(ensureInstalled()).toEqual({ code: 0, said: "" });
});

test("a failed installation ends with npm's words and code 1", async () => {
  await writeFile(join(folder, "package-lock.json"), "{}");
  expect(ensureInstalled()).toEqual({
    code: 1,
    said: expect.stringMatching(/Installing[^]*npm error[^]*`npm ci` failed/),
  });
});

test("no entry of package-lock.json names where a package is downloaded from", async () => {
  const lock = await readFile(join(repository, "package-lock.json"), "utf8");
  expect(lock).not.toMatch(/https?:\/\/[^"]*\.tgz/);
});
