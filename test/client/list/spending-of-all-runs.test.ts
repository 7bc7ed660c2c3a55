import { rmSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { spendingOfAllRuns } from "../../../src/client/list/spending-of-all-runs.js";
import { completedLine, recordLine } from "../../storage/run/prepared-run.js";
import { reportRun } from "../report/report-run.js";

const tokens = { input: 5, cachedInput: 0, cacheWrite: 0, output: 1, reasoning: 0 };

test("the runs of a name cost what all of them and their stages have cost", async () => {
  const paid = (cost: number): ReturnType<typeof completedLine> => ({
    ...completedLine(0),
    spend: { cost, tokens },
  });
  const lines = [recordLine(0)];
  const { dataFolder, directory } = await reportRun({ lines, log: [paid(0.25)] });
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }));
  const status = { name: "pilot", dataFolder, directory };
  expect(await spendingOfAllRuns(status)).toBeUndefined();
  const stage = { kind: "judge", experiment: "pilot" } as const;
  await reportRun({ name: "judge-pilot", dataFolder, stage, lines, log: [paid(0.5)] });
  await reportRun({ name: "other", dataFolder, lines, log: [paid(8)] });
  const main = { kind: "main", experiment: "pilot" } as const;
  const log = [paid(1)];
  const next = await reportRun({ name: "post-pilot", dataFolder, stage: main, lines, log });
  const { spending } = (await spendingOfAllRuns(status)) ?? {};
  // The status tells the spending of its own run, here none.
  expect(spending?.cost).toBe(1.5);
  const own = { cost: 1, unknownCalls: 0, saved: 0, tokens };
  expect(
    await spendingOfAllRuns({ ...status, directory: next.directory, spending: own }),
  ).toMatchObject({ runs: 2, spending: { cost: 1.75 } });
});
