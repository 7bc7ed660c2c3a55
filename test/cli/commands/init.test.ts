import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeResult } from "../../../bench/lib/cli-process.js";
import { sharedCli } from "../../helpers/cli-set-up.js";

const cli = sharedCli({ withWorker: true });

test(
  "init writes files that run without a key, with the judge as well",
  { timeout: 90_000 },
  async () => {
    const first = await cli.ostinato("init");
    expect(first).toMatchObject({ code: 0, stdout: "" });
    expect(first.stderr).toContain(
      "ostinato run prompts.jsonl --judge-folder judge --judge strict",
    );
    const ran = await cli.ostinato(
      ...["run", "prompts.jsonl", "--judge-folder", "judge", "--judge", "strict"],
    );
    expect(ran, describeResult(ran)).toMatchObject({ code: 0 });
    expect(ran.stderr).toMatch(/prompts finished: 4 completed, none failed of 4/);
    const judged = await cli.ostinato("results", "prompts", "--judged", "--columns", "id,verdicts");
    const lines = judged.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual(
      [1, 2, 3, 4].map((id) => ({
        id,
        verdicts: [{ judge: "strict", template: "template", verdict: 4 }],
      })),
    );

    writeFileSync(join(cli.setUp.folder, "prompts.jsonl"), "mine");
    const again = await cli.ostinato("init", "--json");
    expect(JSON.parse(again.stdout)).toEqual({
      written: [],
      kept: ["judge/", "prompts.jsonl", "ostinato.json"],
      next: ["ostinato check prompts.jsonl"],
    });
    expect(readFileSync(join(cli.setUp.folder, "prompts.jsonl"), "utf8")).toBe("mine");
  },
);
