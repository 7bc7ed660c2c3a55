import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSetUp, removeSetUp } from "../../../bench/lib/set-up.js";
import type { SetUp } from "../../../bench/lib/set-up.js";
import { createStack } from "../../../bench/lib/stack.js";
import type { Stack } from "../../../bench/lib/stack.js";
import { runCliWell } from "../../../bench/lib/cli-process.js";
import { chatAnswer, startOpenAiServer } from "../../helpers/openai-server.js";
import type { OpenAiServer } from "../../helpers/openai-server.js";
import { testRecords } from "../../helpers/cli-set-up.js";

/** Nothing listens there: whatever goes through it fails. */
const deadProxy = "http://127.0.0.1:9";
const variables = ["http_proxy", "https_proxy", "all_proxy", "grpc_proxy"];
const proxied = Object.fromEntries(
  [...variables, ...variables.map((name) => name.toUpperCase())].map((name) => [name, deadProxy]),
);

let api: OpenAiServer;
let setUp: SetUp;
let stack: Stack;

beforeAll(async () => {
  api = await startOpenAiServer({ reply: () => ({ body: chatAnswer("from loopback") }) });
  const made = await createSetUp({ baseUrl: api.url, key: "sk-test" });
  setUp = { ...made, env: { ...made.env, ...proxied } };
  stack = createStack(setUp);
}, 300_000);

afterAll(async () => {
  await stack.endAll();
  await removeSetUp(setUp);
  await api.close();
});

describe("a shell whose proxy variables name a proxy that is away", () => {
  test("starts the local server and worker, and runs an experiment against an API on this machine", async () => {
    const records = [
      ...testRecords(2, { raise_error: "no" }),
      { id: 2, api: "openai", model_name: "gpt-4o", prompt: "Say 2" },
    ];
    const lines = records.map((record) => `${JSON.stringify(record)}\n`);
    writeFileSync(join(setUp.folder, "near.jsonl"), lines.join(""));
    const { stdout } = await runCliWell(setUp, ["run", "near.jsonl", "-mq", "6000"]);
    const completed = readFileSync(stdout.trim(), "utf8").trim().split("\n");
    expect(completed.map((line) => (JSON.parse(line) as { status: string }).status)).toEqual([
      "completed",
      "completed",
      "completed",
    ]);
    expect(completed[2]).toContain('"response": "from loopback"');
  }, 120_000);

  test("lists experiments", async () => {
    const { stdout } = await runCliWell(setUp, ["list"]);
    expect(stdout).toContain("near");
  });
});
