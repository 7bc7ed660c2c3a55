import { readFileSync } from "node:fs";
import type { WorkflowHandle } from "@temporalio/client";
import { historyToJSON } from "@temporalio/common/lib/proto-utils.js";
import { expect, test } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { historyText } from "../replay/history-text.js";
import {
  realActivities,
  runRealExperiment,
  secretKey,
  secretText,
} from "../replay/real-experiment.js";
import { sharedStage } from "./shared-stage.js";

const stage = sharedStage({ activities: realActivities });

async function textOf(workflow: WorkflowHandle): Promise<string> {
  return historyText(historyToJSON(await workflow.fetchHistory()));
}

test("no prompt beyond its preview, no answer and no key travels through Temporal", async () => {
  const run = await runRealExperiment(stage, temporaryFolder());
  const outcomes = readFileSync(run.completedFile, "utf8").trimEnd().split("\n");
  expect(outcomes.map((line) => (JSON.parse(line) as { status: string }).status)).toEqual([
    "completed",
    "completed",
    "completed",
    "failed",
    "completed",
    "failed",
  ]);
  expect(run.pages.length).toBeGreaterThanOrEqual(2);
  const texts = await Promise.all([run.experiment, run.group, ...run.pages, run.limit].map(textOf));
  for (const text of texts) {
    expect(text).not.toContain(secretText);
    expect(text).not.toContain("quince");
  }
  expect(secretKey).toContain("quince");
  const pages = texts.slice(2, -1).join("\n");
  expect(pages).toContain("with a wrong key Please summarise what follows.");
  expect(pages).toContain("[redacted]");
});
