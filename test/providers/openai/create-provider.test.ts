import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Answer } from "../../../src/domain/record/outcome.js";
import type { PromptRecord } from "../../../src/domain/record/prompt-record.js";
import { createOpenAiProvider } from "../../../src/providers/openai/create-provider.js";
import type { ProviderCall } from "../../../src/providers/provider.js";
import { chatAnswer, startOpenAiServer } from "../../helpers/openai-server.js";
import type { OpenAiServer } from "../../helpers/openai-server.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import type { Reply, SeenRequest } from "../../helpers/vendor-server.js";
import { failureOf } from "../contract/one-call.js";

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

/** The request that a server received before it answered normally. */
async function sent(
  given: Partial<PromptRecord>,
  changes: Partial<ProviderCall> = {},
): Promise<SeenRequest> {
  const { requests } = await start(() => ({ body: chatAnswer("A round") }));
  await createOpenAiProvider().send(callOf(given, changes));
  expect(requests).toHaveLength(1);
  return requests[0]!;
}

async function sentMessages(prompt: unknown): Promise<unknown> {
  // Prompts come from a file, as whatever JSON is there.
  const { body } = await sent({ prompt: prompt as PromptRecord["prompt"] });
  return body["messages"];
}

describe("what openai sends", () => {
  it("sends a chat to chat completions even in completion mode", async () => {
    const request = await sent({ prompt: ["Hello"], mode: "completion" });
    expect(request.path).toBe("/v1/chat/completions");
    expect(request.body["messages"]).toEqual([{ role: "user", content: "Hello" }]);
  });

  it("goes on in a chat with the first of several choices, and with nothing where there was no text", async () => {
    const request = await sent(
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
      { role: "system", content: "Be brief." },
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
      { role: "user", content: "1 + 1?" },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", content: "2", tool_call_id: "c1" },
    ]);
  });
});

it.each(["gs://b/a.png", "s3://b/a.png", "file:///tmp/a.png", "HTTPS://a.test/a.png"])(
  "openai leaves the address %s to the server",
  async (url) => {
    const part = { type: "image_url", image_url: { url, detail: "low" } };
    const messages = [{ role: "user", content: [part] }];
    expect(await sentMessages(messages)).toEqual(messages);
  },
);

describe("what openai answers", () => {
  const answerTo = async (body: unknown): Promise<Answer> => {
    await start(() => ({ body }));
    return createOpenAiProvider().send(callOf({}));
  };

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

  it.each([
    [{ message: null, finish_reason: "content_filter" }],
    [{ finish_reason: "content_filter" }],
    [{ message: { role: "assistant" }, finish_reason: "content_filter" }],
  ])("takes %j for an answer that a filter took away", async (choice) => {
    expect(await answerTo({ choices: [choice] })).toEqual({
      response: null,
      finishReason: "content_filter",
    });
  });

  it("keeps what a filter says of the answer that it took away", async () => {
    const results = { hate: { filtered: true, severity: "high" } };
    const choice = { finish_reason: "content_filter", content_filter_results: results };
    expect(await answerTo({ choices: [choice] })).toEqual({
      response: null,
      finishReason: "content_filter",
      extra: { content_filter_results: results },
    });
  });

  it.each([
    [{ type: "text", text: "A round" }, { response: "A round" }],
    [{ text: "A round" }, { response: "A round" }],
    [["A ", { type: "text", text: { value: "round" } }], { response: "A round" }],
    [
      [
        { type: "image", url: "a" },
        { type: "text", text: "A round" },
      ],
      { response: "A round", extra: { parts: [{ type: "image", url: "a" }] } },
    ],
    [{ canon: "A round" }, { response: { canon: "A round" } }],
    [42, { response: 42 }],
  ])("finds the text in the content %j", async (content, answer) => {
    expect(await answerTo({ choices: [{ message: { content } }] })).toEqual(answer);
  });

  it("keeps images, sources and details that were paid for", async () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,AA" } };
    const details = [{ type: "reasoning.text", text: "hm" }];
    const message = { content: "", images: [image], reasoning_details: details };
    const body = { choices: [{ message, finish_reason: "stop" }], citations: ["https://a.test"] };
    expect((await answerTo(body)).extra).toEqual({
      images: [image],
      reasoning_details: details,
      citations: ["https://a.test"],
    });
  });

  it("takes a delta for the message", async () => {
    const choice = { delta: { content: "kept" }, finish_reason: "stop" };
    expect(await answerTo({ choices: [choice] })).toMatchObject({ response: "kept" });
  });

  it("quotes what is no answer, and takes its status", async () => {
    await expect(answerTo({ detail: "no such route" })).rejects.toMatchObject({
      message: expect.stringContaining("The server's words: no such route"),
      facts: { kind: "broken-body" },
    });
    await expect(answerTo({ message: "rate limited", code: 429 })).rejects.toMatchObject({
      message: "rate limited",
      facts: { kind: "status", status: 429 },
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

  it.each(["nofile.jpg", "../../outside.jpg", ".", "a/b.png", "scan:1.png"])(
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
    [{ detail: "No such model" }, "No such model"],
    [{ detail: [{ loc: ["body", "n"], msg: "Too many", input: "secret" }] }, "n: Too many"],
    [
      { error: { message: "Provider error", code: 404, metadata: { raw: "No such model" } } },
      "Provider error: No such model",
    ],
    [{ reason: "No such model" }, '404 {"reason":"No such model"}'],
    [{ object: "error", message: "No such model", code: 404 }, "No such model"],
    [{ error: "No such model" }, "No such model"],
  ])("gives the words of other servers' error bodies: %j", async (body, message) => {
    await start(() => ({ status: 404, body }));
    const error = await failureOf(createOpenAiProvider(), callOf({}));
    expect(error.facts).toMatchObject({ kind: "status", status: 404 });
    expect(error.message).toBe(message);
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
    [{ prompt: 3 }, "`prompt` must be a text, a list of texts, or a list of messages"],
    [{ prompt: { role: "user", content: "Hi" } }, "`prompt` must be"],
    [{ prompt: ["Hi", { role: "user", content: "Hi" }] }, "`prompt` must be"],
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
