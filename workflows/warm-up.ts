import { tidying } from "./activity-proxies.js";

/**
 * Runs a new worker's threads once, before the first experiment needs them: a thread compiles the
 * code that reads and writes workflow tasks when it gets its first one. The activity has nothing to
 * delete.
 */
export async function warmUp(): Promise<void> {
  await tidying.forgetHistories.executeWithOptions({ summary: "nothing to delete" }, [
    { runs: [] },
  ]);
}
