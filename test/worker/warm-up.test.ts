import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const tracer = new URL("../fixtures/module-trace.mjs", import.meta.url).href;
const warmUp = new URL("../../dist/worker/warm-up.js", import.meta.url).href;

test("a worker loads the usual API's client and the price lists before its first experiment", () => {
  const folder = mkdtempSync(join(tmpdir(), "ostinato-"));
  const file = join(folder, "trace.txt");
  const program = `const { warmUp } = await import(${JSON.stringify(warmUp)}); setTimeout(() => {}, 600); await warmUp();`;
  const { status } = spawnSync(
    process.execPath,
    ["--import", tracer, "--input-type=module", "--eval", program],
    { env: { ...process.env, MODULE_TRACE: file } },
  );
  const loaded = readFileSync(file, "utf8");
  rmSync(folder, { recursive: true, force: true });
  expect(status).toBe(0);
  expect(loaded).toMatch(/node_modules\/openai\//);
  expect(loaded).toMatch(/node_modules\/undici\//);
  expect(loaded).toMatch(/node_modules\/@pydantic\/genai-prices\//);
});
