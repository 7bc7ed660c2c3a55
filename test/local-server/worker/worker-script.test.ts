import { existsSync } from "node:fs";
import { sep } from "node:path";
import { expect, test } from "vitest";
import { workerScript } from "../../../src/local-server/worker/worker-script.js";

test("a worker's process runs the bundled worker", () => {
  const path = workerScript();
  expect(path.split(sep).slice(-3)).toEqual(["dist", "worker-bundle", "main.js"]);
  expect(existsSync(path)).toBe(true);
});
