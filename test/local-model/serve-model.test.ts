import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadLocalModel, serveModel, UserError } from "../../src/index.js";
import type { LocalModel, ModelServer } from "../../src/index.js";
import type { PromptRecord } from "../../src/domain/record/prompt-record.js";
import type { Answer } from "../../src/domain/record/outcome.js";
import { loadProvider } from "../../src/providers/registry/registry.js";
import { giveTransformers } from "../helpers/transformers.js";
import { writeTinyModel } from "../helpers/tiny-model.js";

const folder = mkdtempSync(join(tmpdir(), "ostinato-model-"));
const cacheFolder = join(folder, "cache");
const chatTemplate = "{% for message in messages %}{{ message.content }} {% endfor %}";

let model: LocalModel;
let server: ModelServer;

beforeAll(async () => {
  await giveTransformers(folder);
  writeTinyModel(join(folder, "tiny"));
  writeTinyModel(join(folder, "chatty"), { chatTemplate });
  model = await loadLocalModel({ model: "tiny", folder, cacheFolder });
  server = await serveModel({ model, port: 0, maxTokens: 4 });
}, 300_000);

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function ask(record: PromptRecord): Promise<Answer> {
  const provider = await loadProvider(record.api);
  return provider.send({
    record,
    environment: {
      QUART_API_ENDPOINT: server.url,
      OPENAI_COMPATIBLE_BASE_URL: `${server.url}/v1`,
    },
    turn: 0,
    answers: [],
    mediaFolder: folder,
    attempt: 1,
    signal: new AbortController().signal,
  });
}

async function post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(`${server.url}${path}`, { method: "POST", body: text, signal: signal ?? null });
}

describe("a served model", () => {
  test("answers prompto's protocol, as the API quart asks, the prompt included", async () => {
    const record = { api: "quart", model_name: "any", prompt: "one two" };
    expect(await ask(record)).toEqual({ response: "one two three four five six", model: "tiny" });
    const options = { max_new_tokens: 1, return_full_text: false };
    expect((await ask({ ...record, parameters: options })).response).toBe(" three");
    expect(await (await fetch(server.url)).text()).toBe("pong");
  });

  test("answers OpenAI's protocol: chats, histories and completions, with usage", async () => {
    const record = { api: "openai-compatible", model_name: "any", prompt: "one two" };
    const usage = { prompt_tokens: 2, completion_tokens: 4, total_tokens: 6 };
    const answer = {
      response: "three four five six",
      model: "tiny",
      finishReason: "length",
      usage,
    };
    expect(await ask(record)).toEqual(answer);
    const completed = { ...answer, response: " three four five six" };
    expect(await ask({ ...record, mode: "completion" })).toEqual(completed);
    const history = [
      { role: "system", content: "one" },
      { role: "user", content: [{ type: "text", text: "eight" }] },
    ];
    expect(await ask({ ...record, prompt: history })).toMatchObject({
      response: "nine",
      finishReason: "stop",
    });
    const models = (await (await fetch(`${server.url}/v1/models`)).json()) as { data: object[] };
    expect(models.data).toMatchObject([{ id: "tiny" }]);
  });

  test("uses a model's own template for chats", async () => {
    const chatty = await loadLocalModel({ model: join(folder, "chatty"), folder, cacheFolder });
    const messages = [
      { role: "user", content: "three" },
      { role: "user", content: "four" },
    ];
    const { signal } = new AbortController();
    const options = { max_new_tokens: 2 };
    expect(await chatty.generate(messages, options, signal)).toMatchObject({ text: " five six" });
  });

  test.each<[string, unknown, number, string]>([
    ["/generate", { prompt: "one" }, 400, "`text`"],
    ["/generate", "{not json", 400, "JSON"],
    ["/v1/chat/completions", { messages: [] }, 400, "`messages`"],
    ["/v1/chat/completions", { messages: [{ role: "user" }] }, 400, "`content`"],
    ["/v1/chat/completions", { messages: [{}], stream: true }, 400, "`stream`"],
    ["/v1/completions", { prompt: "one", unheard_of: 1 }, 400, "`unheard_of`"],
    ["/v1/embeddings", {}, 404, "/v1/embeddings"],
  ])("refuses POST %s of %j", async (...[path, body, status, word]) => {
    const response = await post(path, body);
    const { error } = (await response.json()) as { readonly error: { readonly message: string } };
    expect([response.status, error.message]).toEqual([status, expect.stringContaining(word)]);
  });

  test("answers calls in turn, and forgets those whose caller has gone", async () => {
    const controller = new AbortController();
    const long = { text: "one", options: { max_new_tokens: 100_000, eos_token_id: 999 } };
    const endless = post("/generate", long, controller.signal).then(
      () => "answered",
      () => "gone",
    );
    const waiting = Array.from({ length: 5 }, async () => {
      const response = await post("/generate", { text: "one", options: { max_new_tokens: 1 } });
      return (await response.json()) as object;
    });
    const first = await Promise.race([waiting[0], pause(300).then(() => "waits")]);
    expect(first).toBe("waits");
    controller.abort();
    expect(await endless).toBe("gone");
    const answer = { response: [{ generated_text: "one two" }], model: "tiny" };
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 5 }, () => answer));
  });
});

test("what is missing is told: the port, the model's folder, the package with its command", async () => {
  const { port } = new URL(server.url);
  await expect(serveModel({ model, port: Number(port) })).rejects.toThrow(/--port/);
  const options = { folder, cacheFolder };
  await expect(loadLocalModel({ ...options, model: "./gone" })).rejects.toThrow(UserError);
  const elsewhere = { model: join(folder, "tiny"), folder: tmpdir(), cacheFolder };
  await expect(loadLocalModel(elsewhere)).rejects.toThrow(
    "npm install --ignore-scripts @huggingface/transformers@",
  );
});

async function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
