import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runPaths } from "../../../src/storage/run/run-folder.js";
import { attempt, Sending, slow } from "./sending.js";

test("an input that was changed after the preparation is told of by line", async () => {
  const sending = await Sending.of([slow(0, 0), slow(1, 0)]);
  writeFileSync(runPaths(sending.run.directory).input, "x".repeat(500));
  const { activities } = sending.process();
  const second = { ...sending.slice(1), ranges: [[1, 2]] as const };
  await expect(attempt(1).run(activities.sendPrompts, second)).rejects.toThrow(
    /Expected a record in ".*-input-pilot\.jsonl" line 2, as when the run was prepared\. Was the file changed\?/,
  );
  expect(sending.calls).toEqual([]);
});
