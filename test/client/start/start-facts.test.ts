import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitStateOf, startFactsOf } from "../../../src/client/start/start-facts.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

function repositoryOf(): { readonly folder: string; readonly commit: string } {
  const folder = temporaryFolder();
  const git = (...words: string[]): string =>
    execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...words], {
      encoding: "utf8",
    }).trim();
  git("init", "-q");
  writeFileSync(join(folder, "in.jsonl"), "{}\n");
  git("add", ".");
  git("commit", "-q", "-m", "first");
  return { folder, commit: git("rev-parse", "HEAD") };
}

test("the commit of a folder says whether tracked files were modified", async () => {
  const { folder, commit } = repositoryOf();
  const below = join(folder, "below");
  mkdirSync(below);
  writeFileSync(join(below, "untracked.txt"), "new");
  expect(await gitStateOf(below)).toEqual({ commit, dirty: false });
  writeFileSync(join(folder, "in.jsonl"), "{}\n{}\n");
  expect(await gitStateOf(below)).toEqual({ commit, dirty: true });
});

test("a folder outside of a repository has no commit", async () => {
  expect(await gitStateOf(temporaryFolder())).toBeUndefined();
  expect(await gitStateOf("/nowhere")).toBeUndefined();
});

test("a start keeps its command line without the keys of the environment and its file", async () => {
  const { folder, commit } = repositoryOf();
  const envFile = join(folder, ".env");
  writeFileSync(envFile, "MISTRAL_API_KEY=from-the-file\n");
  const facts = await startFactsOf(
    {
      commandLine: [
        "run",
        "in.jsonl",
        "--name",
        "a-from-the-file",
        "--prices",
        "of-the-shell.json",
      ],
      env: { OPENAI_API_KEY: "of-the-shell" },
    },
    { origin: folder, envFile },
  );
  expect(facts).toEqual({
    command: "ostinato run in.jsonl --name 'a-***' --prices '***.json'",
    git: { commit, dirty: false },
    prices: expect.stringMatching(/^@pydantic\/genai-prices [\d.]+, \d{4}-\d\d-\d\d$/) as string,
  });
});
