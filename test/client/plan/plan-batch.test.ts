import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planBatch } from "../../../src/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const flows = fileURLToPath(new URL("../../../examples/flows", import.meta.url));

test("the plan of a batch run has the calls of each node for all lines", async () => {
  const plan = await planBatch("grade", {
    workingDir: flows,
    inputs: { data: "grade/questions.csv" },
    dataFolder: join(temporaryFolder(), "data"),
    lines: 2,
    requestsPerMinute: 60,
  });
  expect(plan).toMatchObject({
    name: "grade",
    unit: "line",
    groups: [{ name: "answer", limitKey: "api/test/small", records: 4, calls: 4 }],
    total: { records: 4, calls: 4, timeMs: { low: 3_300 } },
  });
});
