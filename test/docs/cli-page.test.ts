import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { exitCodes } from "../../cli/exit-codes.js";

const script = fileURLToPath(new URL("../../scripts/write-cli-docs.mjs", import.meta.url));

test("docs/cli.md says what the commands' own help says", () => {
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
}, 180_000);

test("docs/cli.md explains each exit code in a sentence", () => {
  const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| (\d+) +\| (.*?) +\|$/gm)].map(([, code, meaning]) => ({
    code: Number(code),
    meaning,
  }));
  expect(rows.map(({ code }) => code)).toEqual(Object.values(exitCodes));
  for (const { meaning } of rows) {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  }
});

test("the help of a command fits one screen, or has headings", () => {
  const page = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
  const helps = [...page.matchAll(/^### (ostinato .*)\n\n```text\n([\s\S]*?)```$/gm)];
  expect(helps.length).toBeGreaterThan(40);
  const crowded = helps.flatMap(([, command = "", help = ""]) => {
    const headings = help.match(/^[A-Z][\w ,]*:$/gm) ?? [];
    return help.split("\n").length > 24 && headings.length < 2 ? [command] : [];
  });
  expect(crowded).toEqual([]);
});
