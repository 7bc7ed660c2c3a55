import { readdirSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { LiveScoring } from "../../../activities/sending/live-scoring.js";
import { openScoring } from "../../../src/evaluation/scorers/scoring.js";
import { openGroupStore } from "../../../src/storage/log/group-store.js";
import { scoresSoFar, writeLiveScores } from "../../../src/storage/run/live-scores.js";
import { readManifest } from "../../../src/storage/run/run-folder.js";
import {
  completedLine,
  failedLine,
  preparedRun,
  recordLine,
} from "../../storage/run/prepared-run.js";

test("the answers of a run are scored while it goes on, by the built-in scorers", async () => {
  const scorers = [{ scorer: "match" }, { scorer: "/no/such/module.mjs" }];
  const lines = [0, 1, 2, 3].map((id) => recordLine(id, { expected_response: "yes" }));
  const { directory } = await preparedRun(lines, { scorers });
  const options = {
    open: openScoring,
    write: async (sums: Parameters<typeof writeLiveScores>[2]) =>
      writeLiveScores(directory, "p", sums),
  };
  const scoring = LiveScoring.of(await readManifest(directory), options);
  const opened = await openGroupStore(directory, "all");
  const store = scoring?.scored(opened) ?? opened;
  onTestFinished(async () => {
    await scoring?.close();
    await store.close();
  });
  expect(await scoresSoFar(directory)).toBeUndefined();
  await store.append(completedLine(0, { response: "yes" }));
  await store.append(completedLine(1, { response: "no" }));
  await store.append(failedLine(2));
  const all = { scorer: "match", scored: 2, unscored: 1, mean: 0.5 };
  await expect
    .poll(async () => (await scoresSoFar(directory))?.[0], { timeout: 20_000 })
    .toMatchObject({ ...all, interval: { method: "wilson" } });
  await store.append(completedLine(3, { response: "yes" }));
  await expect
    .poll(async () => (await scoresSoFar(directory))?.[0]?.scored, { timeout: 20_000 })
    .toBe(3);
  expect(readdirSync(directory).filter((name) => name.startsWith("live-scores."))).toHaveLength(1);
}, 60_000);

test("a run without built-in scorers, and the stage of a judge, are not scored", async () => {
  const options = { open: openScoring, write: async () => Promise.reject(new Error("never")) };
  const { directory } = await preparedRun([recordLine(0)], { scorers: [{ scorer: "./mine.js" }] });
  const { settings } = await readManifest(directory);
  expect(LiveScoring.of({ settings }, options)).toBeUndefined();
  const scored = { ...settings, scorers: [{ scorer: "match" }] };
  const stage = { kind: "judge", experiment: "pilot" } as const;
  expect(LiveScoring.of({ settings: scored, stage }, options)).toBeUndefined();
  expect(LiveScoring.of({ settings: scored }, options)).toBeDefined();
});
