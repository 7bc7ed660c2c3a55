import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../src/domain/outcome.js";
import type { PromptRecord } from "../../src/domain/prompt-record.js";
import { createOpenAiProvider } from "../../src/providers/openai.js";
import type { ProviderCall } from "../../src/providers/provider.js";
import { chatAnswer, startOpenAiServer } from "../helpers/openai-server.js";
import type { OpenAiServer } from "../helpers/openai-server.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import type { Reply, SeenRequest } from "../helpers/vendor-server.js";
import { failureOf } from "./contract/one-call.js";

const key = "sk-general-0123456789";
const record: PromptRecord = { api: "openai", model_name: "gpt-4o", prompt: "What is a canon?" };

let server: OpenAiServer | undefined;
let mediaFolder: string;

beforeEach(() => {
  mediaFolder = temporaryFolder();
});
afterEach(() => server?.close());

async function start(reply: Reply): Promise<OpenAiServer> {
  server = await startOpenAiServer({ reply });
  return server;
}

function callOf(given: Partial<PromptRecord>, changes: Partial<ProviderCall> = {}): ProviderCall {
  return {
    record: { ...record, ...given },
    environment: { OPENAI_API_KEY: key, OPENAI_BASE_URL: server?.url },
    turn: 0,
    answers: [],
    mediaFolder,
    attempt: 1,
    signal: new AbortController().signal,
    ...changes,
  };
}

/** Sends to a server that answers well; what it got, and what the provider made of its answer. */
async function exchange(
  given: Partial<PromptRecord>,
  changes: Partial<ProviderCall> = {},
): Promise<{ request: SeenRequest; answer: Answer }> {
  const { requests } = await start(() => ({ body: chatAnswer("A round") }));
  const answer = await createOpenAiProvider().send(callOf(given, changes));
  expect(requests).toHaveLength(1);
  return { request: requests[0]!, answer };
}

async function sentMessages(prompt: unknown): Promise<unknown> {
  // Prompts come from a file, as whatever JSON is there.
  const { request } = await exchange({ prompt: prompt as PromptRecord["prompt"] });
  return request.body["messages"];
}

describe("what openai sends", () => {
  it("sends a text as one user message, with the parameters as they are", async () => {
    const { request } = await exchange({ parameters: { temperature: 0.5, unheard_of: [1, null] } });
    expect(request.method).toBe("POST");
    expect(request.path).toBe("/v1/chat/completions");
    expect(request.headers.authorization).toBe(`Bearer ${key}`);
    expect(request.body).toEqual({
      model: "gpt-4o",
      messages: [{ role: "user", content: "What is a canon?" }],
      temperature: 0.5,
      unheard_of: [1, null],
    });
  });

  it("sends a text in completion mode to the completions API", async () => {
    const { requests } = await start(() => ({
      body: { model: "davinci", choices: [{ text: "A round", finish_reason: "length" }] },
    }));
    const answer = await createOpenAiProvider().send(callOf({ mode: "completion" }));
    expect(answer).toEqual({ response: "A round", model: "davinci", finishReason: "length" });
    expect(requests[0]?.path).toBe("/v1/completions");
    expect(requests[0]?.body).toEqual({ model: "gpt-4o", prompt: "What is a canon?" });
  });

  it("sends a chat to chat completions even in completion mode", async () => {
    const { request } = await exchange({ prompt: ["Hello"], mode: "completion" });
    expect(request.path).toBe("/v1/chat/completions");
    expect(request.body["messages"]).toEqual([{ role: "user", content: "Hello" }]);
  });

  it("sends a turn of a chat with the turns and answers before it, and none after", async () => {
    const { request } = await exchange(
      { prompt: ["One?", "Two?", "Three?"] },
      { turn: 1, answers: [{ response: "One." }] },
    );
    expect(request.body["messages"]).toEqual([
      { role: "user", content: "One?" },
      { role: "assistant", content: "One." },
      { role: "user", content: "Two?" },
    ]);
  });

  it("goes on in a chat with the first of several choices, and with nothing where there was no text", async () => {
    const { request } = await exchange(
      { prompt: ["One?", "Two?", "Three?"], parameters: { n: 2 } },
      { turn: 2, answers: [{ response: ["First.", "Second."] }, { response: [null, "Other."] }] },
    );
    expect(request.body["messages"]).toEqual([
      { role: "user", content: "One?" },
      { role: "assistant", content: "First." },
      { role: "user", content: "Two?" },
      { role: "assistant", content: "" },
      { role: "user", content: "Three?" },
    ]);
  });

  it("turns the contents of a history into parts", async () => {
    const messages = await sentMessages([
      { role: "system", content: "Be brief." },
      { role: "developer", content: { type: "text", text: "In rhyme." } },
      { role: "user", content: ["One", { type: "text", text: "Two" }] },
    ]);
    expect(messages).toEqual([
      { role: "system", content: [{ type: "text", text: "Be brief." }] },
      { role: "developer", content: [{ type: "text", text: "In rhyme." }] },
      {
        role: "user",
        content: [
          { type: "text", text: "One" },
          { type: "text", text: "Two" },
        ],
      },
    ]);
  });

  it("carries calls of tools and their results in a history", async () => {
    const call = { id: "c1", type: "function", function: { name: "add", arguments: "{}" } };
    const messages = await sentMessages([
      { role: "user", content: "1 + 1?" },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", content: "2", tool_call_id: "c1" },
    ]);
    expect(messages).toEqual([
      { role: "user", content: [{ type: "text", text: "1 + 1?" }] },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", content: [{ type: "text", text: "2" }], tool_call_id: "c1" },
    ]);
  });

  it("passes image URLs on that the API can read itself", async () => {
    const messages = await sentMessages([
      {
        role: "user",
        content: [
          { type: "image_url", image_url: "https://example.org/a.png" },
          { type: "image_url", image_url: { url: "data:image/gif;base64,R0lG", detail: "low" } },
        ],
      },
    ]);
    expect(messages).toEqual([
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: "https://example.org/a.png", detail: "auto" } },
          { type: "image_url", image_url: { url: "data:image/gif;base64,R0lG", detail: "low" } },
        ],
      },
    ]);
  });

  it("sends a file of the media folder as a data URL of its real type", async () => {
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=",
      "base64",
    );
    const bytes = Buffer.from("no image that we know");
    await writeFile(join(mediaFolder, "misnamed.jpg"), png);
    await writeFile(join(mediaFolder, "other.WEBP"), bytes);
    const messages = await sentMessages([
      {
        role: "user",
        content: [
          { type: "image_url", image_url: "misnamed.jpg" },
          { type: "image_url", image_url: { url: "other.WEBP" } },
        ],
      },
    ]);
    const url = (type: string, content: Buffer): string =>
      `data:${type};base64,${content.toString("base64")}`;
    expect(messages).toEqual([
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { detail: "auto", url: url("image/png", png) } },
          { type: "image_url", image_url: { detail: "auto", url: url("image/webp", bytes) } },
        ],
      },
    ]);
  });

  it("uses a model's own key and base URL before the general ones", async () => {
    const { url, requests } = await start(() => ({ body: chatAnswer("A round") }));
    const provider = createOpenAiProvider();
    const environment = {
      OPENAI_API_KEY: key,
      OPENAI_API_KEY_a_b_c_1: "sk-own-0123456789",
      OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
      OPENAI_BASE_URL_a_b_c_1: `${url}/own`,
    };
    await provider.send(callOf({ model_name: "a/b-c.1" }, { environment }));
    expect(requests[0]?.path).toBe("/v1/own/chat/completions");
    expect(requests[0]?.headers.authorization).toBe("Bearer sk-own-0123456789");
  });
});

describe("what openai answers", () => {
  const answerTo = async (body: unknown): Promise<Answer> => {
    await start(() => ({ body }));
    return createOpenAiProvider().send(callOf({}));
  };

  it("gives text, served model, finish reason and usage", async () => {
    expect(await answerTo(chatAnswer("A round"))).toEqual({
      response: "A round",
      model: "gpt-4o-2024-08-06",
      finishReason: "stop",
      usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
    });
  });

  it("gives a list where there are several choices", async () => {
    expect(await answerTo(chatAnswer("One", null, "Three"))).toMatchObject({
      response: ["One", null, "Three"],
      finishReason: ["stop", "stop", "stop"],
    });
  });

  it("gives an empty text where there is no choice", async () => {
    expect(await answerTo({ choices: [] })).toEqual({ response: "" });
  });

  it("gives null for an answer without text, and keeps what came instead", async () => {
    const tools = [{ id: "c1", type: "function", function: { name: "add", arguments: "{}" } }];
    const message = { role: "assistant", content: null, tool_calls: tools, refusal: "No." };
    expect(await answerTo({ choices: [{ message, finish_reason: "tool_calls" }] })).toEqual({
      response: null,
      finishReason: "tool_calls",
      extra: { refusal: "No.", tool_calls: tools },
    });
  });

  it("keeps log probabilities, one for each choice", async () => {
    const choice = { message: { content: "A" }, finish_reason: "stop" };
    const answer = await answerTo({ choices: [{ ...choice, logprobs: { content: [] } }, choice] });
    expect(answer.extra).toEqual({ logprobs: [{ content: [] }, null] });
  });

  it("takes an answer from servers that leave out what is not needed", async () => {
    expect(await answerTo({ choices: [{ message: { content: "Hi" } }], usage: null })).toEqual({
      response: "Hi",
    });
  });

  it("reads JSON that is called something else", async () => {
    const headers = { "content-type": "text/plain" };
    await start(() => ({ body: chatAnswer("A round"), headers }));
    const answer = await createOpenAiProvider().send(callOf({}));
    expect(answer.response).toBe("A round");
  });
});

describe("how openai fails", () => {
  const historyOf = (part: unknown): Partial<PromptRecord> => ({
    prompt: [{ role: "user", content: [part] }] as PromptRecord["prompt"],
  });

  it.each([
    [{ text: "a" }, "Multimedia type is not specified"],
    [{ type: "audio" }, "Unsupported multimedia type: audio"],
    [{ type: "text" }, "Got type == 'text', but 'text' is not a key in the content dictionary"],
    [
      { type: "image_url" },
      "Got type == 'image_url', but 'image_url' is not a key in the content dictionary",
    ],
    [
      { type: "image_url", image_url: { detail: "low" } },
      "Got type == 'image_url', but 'url' is not a key in the content['image_url'] dictionary",
    ],
  ])("calls the part %j a bad prompt and sends nothing", async (part, message) => {
    const { requests } = await start(() => ({ body: chatAnswer("A round") }));
    const error = await failureOf(createOpenAiProvider(), callOf(historyOf(part)));
    expect(error).toMatchObject({ message, facts: { kind: "bad-prompt" } });
    expect(requests).toEqual([]);
  });

  it.each(["nofile.jpg", "../outside.jpg", ".", "a/b.png"])(
    "calls %j, which is no file of the media folder, missing media",
    async (path) => {
      const part = { type: "image_url", image_url: path };
      const error = await failureOf(createOpenAiProvider(), callOf(historyOf(part)));
      expect(error.facts).toEqual({ kind: "missing-media" });
      expect(error.message).toContain(JSON.stringify(path));
      expect(error.message).toContain(mediaFolder);
    },
  );

  it.each([
    [{ detail: "No such model" }, '{"detail":"No such model"}'],
    [{ object: "error", message: "No such model", code: 404 }, "No such model"],
    [{ error: "No such model" }, "No such model"],
  ])("gives the words of other servers' error bodies: %j", async (body, message) => {
    await start(() => ({ status: 404, body }));
    const error = await failureOf(createOpenAiProvider(), callOf({}));
    expect(error.facts).toMatchObject({ kind: "status", status: 404 });
    expect(error.message).toContain(message);
  });

  it("sees the failure that a gateway tells with status 200", async () => {
    await start(() => ({ body: { error: { message: "Slow down", code: 429 } } }));
    const error = await failureOf(createOpenAiProvider(), callOf({}));
    expect(error.message).toBe("Slow down");
    expect(error.facts).toEqual({ kind: "status", status: 429 });
  });

  it.each([
    { OPENAI_API_KEY: "sk-with a space" },
    { OPENAI_API_KEY: "sk-with…an-ellipsis" },
    { OPENAI_API_KEY: key, OPENAI_BASE_URL: "localhost:8000/v1" },
    { OPENAI_API_KEY: key, OPENAI_BASE_URL: "http://user:password@127.0.0.1:9/v1" },
  ])("waits for a person where the settings can't be used: %j", async (environment) => {
    const error = await failureOf(createOpenAiProvider(), callOf({}, { environment }));
    expect(error.facts).toEqual({ kind: "missing-key" });
    expect(error.message).not.toMatch(/sk-|password@/);
  });
});

describe("what openai checks before a call", () => {
  const check = (given: Readonly<Record<string, unknown>>): readonly string[] =>
    // Records come from a file, as whatever JSON is there.
    createOpenAiProvider().check({ ...record, ...given } as PromptRecord);

  it.each([
    {},
    { prompt: [] },
    { prompt: ["One?", "Two?"] },
    { prompt: [{ role: "user", content: "Hi" }], mode: "chat" },
    { parameters: null },
    { parameters: { stream: false } },
  ])("finds nothing wrong with %j", (given) => {
    expect(check(given)).toEqual([]);
  });

  it.each([
    [{ prompt: 3 }, "the prompt must be a str, list[str], or list[dict[str,str]]"],
    [{ prompt: { role: "user", content: "Hi" } }, "the prompt must be"],
    [{ prompt: ["Hi", { role: "user", content: "Hi" }] }, "the prompt must be"],
    [{ prompt: [{ role: "model", content: "Hi" }] }, "the prompt must be"],
    [{ prompt: [{ role: "user", content: "Hi", mood: "glad" }] }, "the prompt must be"],
    [{ prompt: [{ role: "user", content: 3 }] }, "the prompt must be"],
    [{ mode: "foo" }, "Invalid mode value. Must be 'chat', 'completion' or 'responses', not foo"],
    [{ model_name: undefined }, "Expected `model_name` to be the name of a model, got none"],
    [{ parameters: "n=1" }, 'Expected `parameters` to be an object, got "n=1"'],
    [{ parameters: { stream: true } }, "`parameters.stream` can't be true"],
    [{ parameters: { messages: [] } }, "`parameters.messages` is set by the record itself"],
    [{ parameters: { extra_body: {} } }, "`parameters.extra_body` is an option of Python's client"],
  ])("refuses %j", (given, message) => {
    expect(check(given)).toEqual([expect.stringContaining(message)]);
  });

  it("names both variables that may hold the key", () => {
    expect(createOpenAiProvider().missingVariables(record, {})).toEqual([
      "OPENAI_API_KEY_gpt_4o or OPENAI_API_KEY",
    ]);
  });
});
