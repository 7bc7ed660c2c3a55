import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PromptRecord } from "../../src/domain/record/prompt-record.js";
import { createOpenAiCompatibleProvider } from "../../src/providers/openai-compatible/create-provider.js";
import { parseEnvFile } from "../../src/providers/access/env-file.js";
import { startVendorServer } from "../helpers/vendor-server.js";
import type { VendorServer } from "../helpers/vendor-server.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(repository, "docs", "openai-compatible.md"), "utf8");

/** The sections with an example: its variables, and its record. */
const examples = page.split(/^## /m).flatMap((section) => {
  const [title = ""] = section.split("\n");
  const variables = /```dotenv\n([^`]*)```/.exec(section)?.[1];
  const record = /```json\n([^`]*)```/.exec(section)?.[1];
  return variables !== undefined && record !== undefined ? [{ title, variables, record }] : [];
});

const key = "sk-example-0123456789";
const answers: Readonly<Record<string, unknown>> = {
  chat: { choices: [{ message: { content: "A round" }, finish_reason: "stop" }] },
  responses: {
    status: "completed",
    output: [{ type: "message", content: [{ type: "output_text", text: "A round" }] }],
  },
};

let server: VendorServer;
let body: unknown;

beforeAll(async () => {
  server = await startVendorServer(() => ({ body }));
});
afterAll(() => server.close());

test("docs/openai-compatible.md has an example for each API of its table", () => {
  const listed = [...page.matchAll(/^\| \[([^\]]+)\]\(#/gm)].map(([, name]) => name);
  expect(listed).toHaveLength(7);
  const sections = examples.map(({ title }) => title).filter((title) => listed.includes(title));
  expect(sections).toEqual(listed);
});

test.each(examples)(
  "the example of $title reaches the documented path, with its key and model",
  async ({ variables, record: text }) => {
    const record = JSON.parse(text) as PromptRecord; // The page's records are sound, as `check` shows.
    const told = Object.entries(parseEnvFile(variables, {}));
    const [, baseUrl = ""] = told.find(([name]) => name.includes("_BASE_URL")) ?? [];
    const { pathname } = new URL(baseUrl.replace("<region>", "us-west-2"));
    const environment = Object.fromEntries(
      told.map(([name, value]) => [
        name,
        name.includes("_BASE_URL") ? server.origin + pathname.replace(/\/$/, "") : value && key,
      ]),
    );
    const mode = record["mode"] === "responses" ? "responses" : "chat";
    body = answers[mode];
    const provider = createOpenAiCompatibleProvider();
    expect(provider.check(record)).toEqual([]);
    expect(provider.missingVariables(record, environment)).toEqual([]);
    server.forget();
    const answer = await provider.send({
      record,
      environment,
      turn: 0,
      answers: [],
      mediaFolder: "/nonexistent",
      attempt: 1,
      signal: new AbortController().signal,
    });
    expect(answer.response).toBe("A round");
    const endpoint = mode === "responses" ? "/responses" : "/chat/completions";
    const [request] = server.requests;
    expect(request?.path).toBe(pathname.replace(/\/$/, "") + endpoint);
    expect(request?.headers["authorization"]).toBe(`Bearer ${key}`);
    expect(request?.body["model"]).toBe(record.model_name);
  },
);
