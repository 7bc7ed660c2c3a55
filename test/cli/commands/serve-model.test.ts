import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCli } from "../../../bench/lib/cli-process.js";
import { removeSetUp } from "../../../bench/lib/set-up.js";
import { waitUntil } from "../../../bench/lib/wait-until.js";
import type { CliSetUp } from "../../helpers/cli-set-up.js";
import { cliSetUp } from "../../helpers/cli-set-up.js";
import { writeTinyModel } from "../../helpers/tiny-model.js";
import { giveTransformers } from "../../helpers/transformers.js";

let cli: CliSetUp;

beforeEach(async () => {
  cli = await cliSetUp();
  writeTinyModel(join(cli.setUp.folder, "tiny"));
});

afterEach(async () => {
  await removeSetUp(cli.setUp);
});

test("serve-model says where it answers, and ends at Ctrl-C", async () => {
  await giveTransformers(cli.setUp.folder);
  const served = startCli(cli.setUp, ["serve-model", "./tiny", "--port", "0", "--json"]);
  await waitUntil(() => served.stdout().includes("\n"), {
    what: "the line with the address",
    timeoutMs: 60_000,
  });
  const { url, model } = JSON.parse(served.stdout()) as Readonly<Record<"url" | "model", string>>;
  expect(model).toBe("tiny");
  const body = JSON.stringify({ text: "one", options: { max_new_tokens: 2 } });
  const response = await fetch(`${url}/generate`, { method: "POST", body });
  expect(await response.json()).toMatchObject({
    response: [{ generated_text: "one two three" }],
  });
  served.kill("SIGINT");
  expect(await served.exited).toBe(0);
}, 300_000);

test("serve-model names the package that it lacks, and the command that installs it", async () => {
  const { code, stderr } = await cli.ostinato("serve-model", "./tiny");
  expect(stderr).toContain("npm install --ignore-scripts @huggingface/transformers@4.3.1");
  expect(code).toBe(2);
});
