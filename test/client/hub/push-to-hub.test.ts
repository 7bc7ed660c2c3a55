import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pushRunToHub } from "../../../src/client/hub/push-to-hub.js";
import { readHubRows } from "../../../src/client/hub/read-hub-rows.js";
import { hubCommit, hubToken, startHubServer } from "../../helpers/hub-server.js";
import { writePipelineResult } from "../../../src/storage/completed/pipeline-result.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const stamp = "28-11-2026-10-00-00";

async function finishedRun(): Promise<string> {
  const folder = join(temporaryFolder(), "pilot");
  const directory = join(folder, `.${stamp}`);
  mkdirSync(directory, { recursive: true });
  const kept = { version: 1, definition: {}, columns: {}, functions: {}, leaves: ["ask"] };
  writeFileSync(join(directory, "pipeline.json"), JSON.stringify(kept));
  writeFileSync(
    join(folder, `${stamp}-completed-pilot.jsonl`),
    `${JSON.stringify({ leaves: [{ leaf: "ask", row: { n: 1, text: "grüß" } }] })}\n`,
  );
  await writePipelineResult(directory, {
    counts: { completed: 1, failed: 0, cancelled: false, steps: {} },
    describe: {
      columnsOf: () => new Map(),
      textsOf: ({ leaves }) => ({
        card: `data_files: ${leaves[0]?.parquet ?? ""}`,
        definition: "name: pilot",
        drawing: "flowchart TD",
      }),
    },
  });
  return directory;
}

test("a result is uploaded with its card, without the stamp, to a new private dataset", async () => {
  const hub = await startHubServer();
  const env = { HF_ENDPOINT: hub.origin, HF_TOKEN: hubToken, OSTINATO_CACHE: temporaryFolder() };
  const directory = await finishedRun();
  const pushed = await pushRunToHub(directory, "owner/words", env);
  expect(pushed).toEqual({ url: `${hub.origin}/datasets/owner/words/commit/${hubCommit}` });
  expect(hub.created).toEqual([
    { name: "words", organization: "owner", type: "dataset", visibility: "private" },
  ]);
  const files = hub.datasets.get("owner/words") ?? new Map<string, Buffer>();
  expect([...files.keys()].sort()).toEqual([
    "README.md",
    "ask.jsonl",
    "ask.parquet",
    "pipeline.mmd",
    "pipeline.yaml",
  ]);
  expect(files.get("README.md")?.toString()).toBe("data_files: ask.parquet");
  const rows = [];
  for await (const row of readHubRows("hf://datasets/owner/words/ask.parquet", env)) rows.push(row);
  expect(rows).toEqual([{ n: 1, text: "grüß" }]);
  // The dataset is there now.
  await pushRunToHub(directory, "owner/words", env);
  expect(hub.created).toHaveLength(1);
});

test("without a token, or with a wrong name, nothing is sent", async () => {
  const hub = await startHubServer();
  const directory = await finishedRun();
  const env = { HF_ENDPOINT: hub.origin };
  await expect(pushRunToHub(directory, "owner/words", env)).rejects.toThrow(
    "datasets in HF_TOKEN, found none",
  );
  await expect(pushRunToHub(directory, "words", env)).rejects.toThrow("as OWNER/NAME");
  expect(hub.requests).toEqual([]);
});
