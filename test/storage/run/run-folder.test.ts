import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { UserError } from "../../../src/domain/failure/user-error.js";
import { limitIdOfKey } from "../../../src/storage/run/limit-id-of-key.js";
import {
  fileNameOf,
  findManifest,
  readManifest,
  runPaths,
} from "../../../src/storage/run/run-folder.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

test.each([
  ["pilot", "pilot"],
  ["my run, no. 2 (é)", "my run, no. 2 (é)"],
  ["a/b", "a%2Fb"],
  ["a%2Fb", "a%252Fb"],
  [".hidden", "%2Ehidden"],
  ["..", "%2E."],
  ["end.", "end."],
  ["line\nfeed", "line%0Afeed"],
  ["x".repeat(121), expect.stringMatching(/^x{83}-[0-9a-f]{16}$/)],
])("an experiment called %j has files called %j", (name, fileName) => {
  expect(fileNameOf(name)).toEqual(fileName);
});

test("a run's files have its stamp and its experiment's name", () => {
  const paths = runPaths("/data/output/pilot/.21-11-2026-10-43-19");
  expect(paths).toMatchObject({
    stamp: "21-11-2026-10-43-19",
    manifest: "/data/output/pilot/.21-11-2026-10-43-19/manifest.json",
    input: "/data/output/pilot/21-11-2026-10-43-19-input-pilot.jsonl",
    completed: "/data/output/pilot/21-11-2026-10-43-19-completed-pilot.jsonl",
    log: "/data/output/pilot/21-11-2026-10-43-19-log-pilot.txt",
  });
});

test("a manifest is there, not there yet, or of another version", async () => {
  const directory = join(temporaryFolder(), ".21-11-2026-10-43-19");
  expect(await findManifest(directory)).toBeUndefined();
  await expect(readManifest(directory)).rejects.toThrow(
    `The run's folder ${JSON.stringify(directory)} is missing. Move it back`,
  );
  mkdirSync(directory);
  expect(await findManifest(directory)).toBeUndefined();
  await expect(readManifest(directory)).rejects.toThrow("found no manifest.json");
  const { manifest } = runPaths(directory);
  writeFileSync(manifest, '{"version": 2, "records": 2}');
  expect(await readManifest(directory)).toEqual({ version: 2, records: 2 });
  for (const version of [1, 3]) {
    writeFileSync(manifest, JSON.stringify({ version }));
    await expect(readManifest(directory)).rejects.toThrow(UserError);
  }
  writeFileSync(manifest, "{");
  await expect(findManifest(directory)).rejects.toThrow(/^Expected JSON in ".*manifest\.json": /);
});

test.each([
  ["api/openai/gpt-4o", "limit/api/openai/gpt-4o"],
  ["api/tgi/meta/llama 3", "limit/api/tgi/meta/llama%203"],
  ["experiment/ü", "limit/experiment/%C3%BC"],
])("the limit %s has the workflow id %s", (key, id) => {
  expect(limitIdOfKey(key)).toBe(id);
});
