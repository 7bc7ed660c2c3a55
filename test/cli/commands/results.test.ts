import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeSetUp } from "../../../bench/lib/set-up.js";
import { cliSetUp, testRecords } from "../../helpers/cli-set-up.js";
import type { CliSetUp } from "../../helpers/cli-set-up.js";
import { duckdb } from "../../helpers/duckdb.js";

let cli: CliSetUp;

beforeAll(async () => {
  cli = await cliSetUp();
  const [first = {}, second = {}] = testRecords(2, {});
  cli.write("done.jsonl", [
    { ...first, status: "completed", response: "Something" },
    { ...second, status: "failed", response: null, error: { type: "timeout", message: "slow" } },
  ]);
});

afterAll(async () => {
  await removeSetUp(cli.setUp);
});

test("results of a completed file are chosen and formatted without a server", async () => {
  const failed = await cli.ostinato(
    ...["results", "done.jsonl", "--failed", "--model", "parrot"],
    ...["--format", "csv", "--columns", "id, error.type,reponse"],
  );
  expect(failed).toMatchObject({ code: 0, stdout: "id,error.type,reponse\n1,timeout,\n" });
  expect(failed.stderr).toContain('No record has the column "reponse". Did you mean "response"?');
});

test("the ending of --output is the format", async () => {
  const ran = await cli.ostinato("results", "done.jsonl", "--output", "done.parquet");
  const path = join(cli.setUp.folder, "done.parquet");
  expect(ran.code).toBe(0);
  expect(readFileSync(path).subarray(0, 4).toString()).toBe("PAR1");
  expect(await duckdb(`select id, status, error->>'$.message' as why from '${path}'`)).toEqual([
    { id: "0", status: "completed", why: null },
    { id: "1", status: "failed", why: "slow" },
  ]);
});

test.each([
  [["results", "done.jsonl", "--format", "xlsx"], /one of jsonl, csv, md, parquet, got "xlsx"/],
  [["results", "done.jsonl", "--separator", ";"], /Use --format csv/],
  [["results", "done.jsonl", "--format", "csv", "--separator", "|"], /`tab`, got "\|"/],
  [["results", "pilot", "--leaf", "only", "--wide"], /Leave out --leaf and --judged/],
  [["results", "pilot", "--leaf", "only", "--failed"], /Leave out --failed and --model/],
  [["list", "--state", "runing"], /Did you mean "running"\?/],
  [["list", "--since", "yesterday"], /e\.g\. 12h, 2d or 2026-11-01, got "yesterday"/],
])("%j is refused before a server is asked", async (given, message) => {
  const refused = await cli.ostinato(...given);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toMatch(message);
});
