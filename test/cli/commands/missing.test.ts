import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeSetUp } from "../../../bench/lib/set-up.js";
import { cliSetUp, testRecords } from "../../helpers/cli-set-up.js";
import type { CliSetUp } from "../../helpers/cli-set-up.js";

let cli: CliSetUp;

beforeEach(async () => {
  cli = await cliSetUp();
  const records = testRecords(3, {});
  cli.write("in.jsonl", records);
  cli.write("out.jsonl", [
    { ...records[0], status: "completed", response: "Something" },
    { ...records[1], status: "failed", response: null, error: { type: "timeout", message: "" } },
  ]);
});

afterEach(async () => {
  await removeSetUp(cli.setUp);
});

function idsIn(text: string): unknown[] {
  const lines = text.trimEnd().split("\n");
  return lines.map((line) => (JSON.parse(line) as { readonly id: unknown }).id);
}

test("missing writes the records without an answer to stdout, failed ones unless they are kept", async () => {
  const all = await cli.ostinato("missing", "in.jsonl", "out.jsonl");
  expect(all).toMatchObject({ code: 0 });
  expect(idsIn(all.stdout)).toEqual([1, 2]);
  expect(all.stderr).toContain("2 of 3 records are missing, 1 of them failed.");
  const kept = await cli.ostinato("missing", "in.jsonl", "out.jsonl", "--keep-failed");
  expect(idsIn(kept.stdout)).toEqual([2]);
});

test.each([
  [["-i", "in.jsonl", "-o", "out.jsonl", "-n", "new.jsonl", "--id", "id"]],
  [["--input", "in.jsonl", "--output", "out.jsonl", "--new=new.jsonl"]],
  [["--input-experiment=in.jsonl", "--output-experiment=out.jsonl", "--missing-results=new.jsonl"]],
])("missing understands prompto's %j, and writes the file anew", async (given) => {
  for (let time = 0; time < 2; time += 1) {
    expect(await cli.ostinato("missing", ...given)).toMatchObject({ code: 0, stdout: "" });
  }
  expect(idsIn(readFileSync(join(cli.setUp.folder, "new.jsonl"), "utf8"))).toEqual([1, 2]);
});
