import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pinHubAddress, readHubRows } from "../../../src/client/hub/read-hub-rows.js";
import type { Environment } from "../../../src/domain/environment.js";
import type { JsonObject } from "../../../src/domain/json/json.js";
import { duckdb } from "../../helpers/duckdb.js";
import { hubCommit, hubToken, startHubServer } from "../../helpers/hub-server.js";
import type { HubServer } from "../../helpers/hub-server.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

async function read(address: string, env: Environment): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for await (const row of readHubRows(address, env)) rows.push(row);
  return rows;
}

async function hubWith(
  files: Readonly<Record<string, string | Buffer>>,
): Promise<{ readonly hub: HubServer; readonly env: Environment }> {
  const hub = await startHubServer();
  const given = Object.entries(files).map(
    ([path, content]) => [path, Buffer.from(content)] as const,
  );
  hub.datasets.set("owner/words", new Map(given));
  const env = { HF_ENDPOINT: `${hub.origin}/`, HF_TOKEN: hubToken };
  return { hub, env: { ...env, OSTINATO_CACHE: temporaryFolder() } };
}

async function parquetOf(select: string): Promise<Buffer> {
  const path = join(temporaryFolder(), "rows.parquet");
  await duckdb(`copy (${select}) to '${path}'`);
  return readFileSync(path);
}

test("the rows of all files of a dataset come in the order of their paths", async () => {
  const { env } = await hubWith({
    "README.md": "# Words",
    "data/train-1.jsonl": '{"n": 3}\n',
    "data/train-0.parquet": await parquetOf("select i as n from range(1, 3) r(i)"),
  });
  expect(await read("hf://datasets/owner/words", env)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(await read("hf://datasets/owner/words@main/data/train-1.jsonl", env)).toEqual([{ n: 3 }]);
});

test("an address is pinned to the commit of its revision", async () => {
  const { hub, env } = await hubWith({ "a.csv": "n\n1\n" });
  const pinned = await pinHubAddress("hf://datasets/owner/words@main/a.csv", env);
  expect(pinned).toBe(`hf://datasets/owner/words@${hubCommit}/a.csv`);
  expect(await read(pinned, env)).toEqual([{ n: 1 }]);
  expect(hub.requests).toContain(`GET /datasets/owner/words/resolve/${hubCommit}/a.csv`);
});

test("a file is downloaded once for a commit, also by its branch", async () => {
  const { hub, env } = await hubWith({ "a/b.csv": "n\n1\n" });
  const pinned = `hf://datasets/owner/words@${hubCommit}/a`;
  for (const address of ["hf://datasets/owner/words", "hf://datasets/owner/words@main", pinned]) {
    expect(await read(address, env)).toEqual([{ n: 1 }]);
  }
  const downloads = hub.requests.filter((request) => request.includes("/resolve/"));
  expect(new Set(downloads)).toEqual(
    new Set([`GET /datasets/owner/words/resolve/${hubCommit}/a/b.csv`]),
  );
  const requests = hub.requests.length;
  await read(pinned, env);
  expect(hub.requests.slice(requests).filter((each) => each.includes("/resolve/"))).toEqual([]);
});

test("several splits are refused, with a path that names one", async () => {
  const { env } = await hubWith({ "data/train.csv": "n\n1\n", "data/test.csv": "n\n2\n" });
  await expect(read("hf://datasets/owner/words", env)).rejects.toThrow(
    'Expected files of one split at "hf://datasets/owner/words", found test, train. Name a folder or a file, such as hf://datasets/owner/words/data/test.csv.',
  );
});

test("problems name the dataset or the file, and say what to do", async () => {
  const { env } = await hubWith({ "a.jsonl": '{"n": 1}\n[]\n', "b/c.txt": "x" });
  const problem = async (address: string, other: Environment = env): Promise<string> =>
    read(address, other).then(
      () => "no problem",
      (error: unknown) => String(error),
    );
  expect(await problem("hf://datasets/owner/words")).toBe(
    'UserError: "hf://datasets/owner/words/a.jsonl", line 2: Expected a row, a JSON object, got [].',
  );
  expect(await problem("hf://datasets/owner/words/b")).toContain("found none.");
  expect(await problem("hf://datasets/owner/words", { ...env, HF_TOKEN: "" })).toContain(
    'refuses access to the dataset "owner/words". Set HF_TOKEN to a token',
  );
  expect(await problem("hf://datasets/owner/words", { ...env, HF_TOKEN: "secret" })).toContain(
    "Expected a token that begins with hf_ in HF_TOKEN",
  );
  expect(await problem("hf://owner/words")).toContain("Expected an address such as");
  await expect(pinHubAddress("hf://datasets/owner/none", env)).rejects.toThrow(
    'has no such dataset or revision: "owner/none"',
  );
  const away = { ...env, HF_ENDPOINT: "http://127.0.0.1:9" };
  expect(await problem("hf://datasets/owner/words", away)).toContain("did not answer");
});
