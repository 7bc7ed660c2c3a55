import { afterAll, beforeAll } from "vitest";
import { startStage } from "./stage.js";
import type { Stage, StageOptions } from "./stage.js";

/**
 * The stage of all tests of a file. Call it at the top of the file. Only the tests may use the
 * result.
 */
export function sharedStage(options: StageOptions = {}): Stage {
  // Filled before the first test.
  const shared = {} as Stage;
  let started: Stage | undefined;
  beforeAll(async () => {
    started = await startStage(options);
    Object.assign(shared, started);
  }, 300_000);
  // If the start failed, its error is the one to report.
  afterAll(async () => {
    await started?.stop();
  });
  return shared;
}
