import { computedOnce } from "../../domain/computed.js";
import { defined } from "../../domain/defined.js";
import type { Manifest } from "../../domain/experiment/experiment.js";
import { sumOfSpending, unlessNone } from "../../domain/money/spending.js";
import { OutcomeReader } from "../../storage/log/outcome-reader.js";
import { StepSpending } from "../../storage/log/step-spending.js";
import { firstSegment, segmentFolders } from "../../storage/run/pipeline/segment-folder.js";
import { findManifest } from "../../storage/run/run-folder.js";
import { findSegmentResult } from "../../storage/run/run-result.js";
import type { StepStatus } from "./step-status.js";

interface RunOfSteps {
  readonly directory: string;
  readonly manifest: Manifest;
  /** The spending of this run, without that of other segments. */
  readonly spending: StepSpending;
}

/** The steps with the spending on their calls, in all segments of the pipeline. */
export async function withStepSpending(
  steps: readonly StepStatus[],
  { directory, manifest, spending: own }: RunOfSteps,
): Promise<readonly StepStatus[]> {
  const others = manifest.segment === undefined ? [] : await otherSegments(directory);
  return steps.map((step) => {
    const parts = [own, ...others].flatMap((spending) => spending.of(step.name) ?? []);
    return { ...step, ...defined({ spending: unlessNone(sumOfSpending(parts)) }) };
  });
}

/** By state folder. A finished segment does not change, and a follower asks twice a second. */
const ofFinished = new Map<string, Promise<StepSpending>>();

async function otherSegments(directory: string): Promise<readonly StepSpending[]> {
  const found: StepSpending[] = [];
  for (const folder of await segmentFolders(firstSegment(directory))) {
    if (folder === directory) continue;
    const isFinished = (await findSegmentResult(folder)) !== undefined;
    const read = async (): Promise<StepSpending> => spendingIn(folder);
    found.push(await (isFinished ? computedOnce(ofFinished, folder, read) : read()));
  }
  return found;
}

async function spendingIn(directory: string): Promise<StepSpending> {
  const spending = new StepSpending();
  for (const { slug, records } of (await findManifest(directory))?.groups ?? []) {
    const reader = new OutcomeReader(directory, slug, records);
    reader.watch((_, entry) => {
      spending.note(entry);
    });
    await reader.refresh();
  }
  return spending;
}
