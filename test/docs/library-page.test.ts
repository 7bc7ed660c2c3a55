import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import * as library from "../../src/index.js";
import { freePort } from "../helpers/free-port.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(repository, "docs", "library.md"), "utf8");

test("docs/library.md names all that the library exports", () => {
  const named = new Set([...page.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(Object.keys(library).filter((name) => !named.has(name))).toEqual([]);
});

test("docs/library.md names no function that the library lacks", () => {
  const cells = [...page.matchAll(/^\| (`[^|]*`) *\|/gm)].map(([, cell = ""]) => cell);
  const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((name = "") => !Object.hasOwn(library, name))).toEqual([]);
});

test("the package exports the library alone", async () => {
  const { exports } = JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as {
    readonly exports: object;
  };
  expect(Object.keys(exports)).toEqual(["."]);
});

test("the library's entry re-exports and does nothing else", () => {
  const code = readFileSync(join(repository, "src", "index.ts"), "utf8")
    .replaceAll(/\/\*\*.*?\*\//gs, "")
    .replaceAll(/^\/\/.*$/gm, "");
  const rest = code.replaceAll(/export (type )?\{[^}]*\} from "[^"]+";/g, "");
  expect(rest.trim()).toBe("");
});

test("the first program of docs/library.md leaves no call to chance", () => {
  // Without parameters, one call in five of the `test` API fails.
  const records = [...page.matchAll(/'(\{"id".*\})\\n'/g)].map(
    ([, record = ""]) => JSON.parse(record) as { readonly api: string; parameters?: object },
  );
  expect(records).toHaveLength(1);
  for (const { api, parameters } of records)
    expect([api, parameters]).toEqual(["test", { response: "Hi!" }]);
});

test("the first program of docs/library.md runs as it stands", { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  const [, program = ""] = /```ts\n(.*?)```/s.exec(page) ?? [];
  await mkdir(join(folder, "node_modules"));
  await symlink(repository, join(folder, "node_modules", "ostinato"));
  await writeFile(join(folder, "first.mjs"), program);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    OSTINATO_HOME: join(folder, "home"),
    OSTINATO_TEMPORAL_PORT: (await freePort()).toString(),
  };
  try {
    const { stderr } = await promisify(execFile)(process.execPath, ["first.mjs"], {
      cwd: folder,
      env,
    });
    expect(stderr.trim().split("\n").at(-1)).toBe("1 of 1");
  } finally {
    await library.stopOstinato(env);
  }
});
