import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { schemaProblems } from "../helpers/status-schema.js";
import { experimentStatus, groupStatus } from "../cli/output/render/status-fixture.js";

const script = fileURLToPath(new URL("../../scripts/write-status-schema.mjs", import.meta.url));

test("docs/status.schema.json says what the types say", () => {
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  // It reads all types of the product.
}, 300_000);

test("the schema accepts a status, and refuses one with a wrong or unknown field", () => {
  expect(schemaProblems(experimentStatus())).toEqual([]);
  expect(schemaProblems(experimentStatus({ records: "12" as never }))).toEqual([
    "/records must be number",
  ]);
  const groups = [{ ...groupStatus(), unknown: 1 }];
  expect(schemaProblems({ ...experimentStatus(), groups })).toEqual([
    "/groups/0 must NOT have additional properties",
  ]);
});
