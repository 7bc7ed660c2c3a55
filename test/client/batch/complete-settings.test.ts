import { expect, test } from "vitest";
import { completeBatchSettings } from "../../../src/client/batch/complete-settings.js";
import { UserError } from "../../../src/domain/failure/user-error.js";

const inputs = { data: "lines.jsonl" };

test("promptflow's variables set workers and timeouts, and a setting overrides each", () => {
  const env = { PF_WORKER_COUNT: "7", PF_LINE_TIMEOUT_SEC: "90", PF_BATCH_TIMEOUT_SEC: "3600" };
  expect(completeBatchSettings({ inputs }, ".", env)).toEqual({
    inputs,
    workers: 7,
    lineTimeoutMs: 90_000,
    batchTimeoutMs: 3_600_000,
  });
  const given = { inputs, workers: 2, lineTimeoutMs: 5, batchTimeoutMs: 6 };
  expect(completeBatchSettings(given, ".", env)).toEqual(given);
  expect(completeBatchSettings({ inputs }, ".", { PF_WORKER_COUNT: "" })).toEqual({ inputs });
  expect(() => completeBatchSettings({ inputs }, ".", { PF_WORKER_COUNT: "many" })).toThrow(
    new UserError(
      'Expected the variable PF_WORKER_COUNT to be a whole number above 0, got "many". Correct it or unset it.',
    ),
  );
});

test("the path of an executor's module is resolved, and a command stays", () => {
  const placed = (executor: string): string | undefined =>
    completeBatchSettings({ inputs, executor }, "/project", {}).executor;
  expect(placed("module:own/executor.mjs")).toBe("module:/project/own/executor.mjs");
  expect(placed("module:/other/executor.mjs")).toBe("module:/other/executor.mjs");
  expect(placed("./executor")).toBe("./executor");
});

test("a variable that reads a key of a connection is refused by name", () => {
  const variables = { REGION: "north", TOKEN: "${my_azure.api_key}" };
  expect(() => completeBatchSettings({ inputs, variables }, ".", {})).toThrow(
    "The variable TOKEN reads ${my_azure.api_key} of a connection",
  );
});
