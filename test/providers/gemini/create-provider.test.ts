import { afterEach, describe, expect, it } from "vitest";
import type { PromptRecord } from "../../../src/domain/record/prompt-record.js";
import { classifyFailure } from "../../../src/domain/failure/failure-class.js";
import { createGeminiProvider } from "../../../src/providers/gemini/create-provider.js";
import type { Provider, ProviderCall } from "../../../src/providers/provider.js";
import { startVendorServer } from "../../helpers/vendor-server.js";
import type { PlannedReply, VendorServer } from "../../helpers/vendor-server.js";
import { failureOf } from "../contract/one-call.js";
import { answer, errorBody, model, prompt, reply } from "../contract/google.js";

const video = { type: "video", media: "round.mp4", uploaded_filename: "files/f-1" };
const record: PromptRecord = {
  api: "gemini",
  model_name: model,
  prompt: [{ role: "user", parts: ["What is sung?", video] }],
};

const uploaded = {
  name: "files/f-1",
  uri: "https://generativelanguage.googleapis.com/v1beta/files/f-1",
  mimeType: "video/mp4",
  state: "ACTIVE",
};

let server: VendorServer;
afterEach(() => server.close());

async function start(file: PlannedReply): Promise<void> {
  server = await startVendorServer(({ method }) => (method === "GET" ? file : { body: reply }));
}

function callOf(changes: Partial<ProviderCall> = {}): ProviderCall {
  return {
    record,
    environment: { GEMINI_API_KEY: "AIza-0123456789", GEMINI_BASE_URL: server.origin },
    turn: 0,
    answers: [],
    mediaFolder: "/nonexistent",
    attempt: 1,
    signal: new AbortController().signal,
    ...changes,
  };
}

function requests(): readonly string[] {
  return server.requests.map(({ method, path }) => `${method} ${path}`);
}

describe("an uploaded file in a prompt to gemini", () => {
  it("is looked up once, and goes by its address and type", async () => {
    await start({ body: uploaded });
    const provider = createGeminiProvider();
    expect(provider.check(record)).toEqual([]);
    expect(provider.media?.(record)).toEqual([]);
    expect(await provider.send(callOf())).toEqual(answer);
    await provider.send(callOf());
    const generate = `POST /v1beta/models/${model}:generateContent`;
    expect(requests()).toEqual(["GET /v1beta/files/f-1", generate, generate]);
    expect(server.requests[2]?.body["contents"]).toEqual([
      {
        role: "user",
        parts: [
          { text: "What is sung?" },
          { fileData: { fileUri: uploaded.uri, mimeType: "video/mp4" } },
        ],
      },
    ]);
  });

  it.each([
    {
      title: "that is gone",
      file: { status: 403, body: errorBody("You do not have permission, or it may not exist.") },
      expected: { class: "permanent", type: "MissingMedia" },
      message:
        /^Failed to get file: files\/f-1 due to error: You do not.*`ostinato media upload`\.$/,
    },
    {
      title: "that could not be processed",
      file: { body: { ...uploaded, state: "FAILED", error: { code: 3, message: "No frames" } } },
      expected: { class: "permanent", type: "MissingMedia" },
      message: /could not process it: No frames\.$/,
    },
    {
      title: "whose look-up fails with status 200",
      file: { body: { error: { code: 503, message: "Later" } } },
      expected: { class: "away", type: "ServerError" },
      message: /^Later$/,
    },
    {
      title: "that is being processed",
      file: { body: { ...uploaded, state: "PROCESSING" } },
      expected: { class: "transient", type: "ServerError" },
      message: /still processing files\/f-1/,
    },
    {
      title: "whose look-up comes too soon",
      file: { status: 429, headers: { "retry-after": "2" }, body: errorBody("Slow down") },
      expected: { class: "throttled", type: "RateLimit", retryAfterMs: 2_000 },
      message: /^Slow down$/,
    },
    {
      title: "whose look-up has the wrong key",
      file: { status: 401, body: errorBody("No such key") },
      expected: { class: "blocked", type: "Authentication" },
      message: /^No such key$/,
    },
  ])("$title is told, and nothing is generated", async ({ file, expected, message }) => {
    await start(file);
    const error = await failureOf(createGeminiProvider(), callOf());
    expect(classifyFailure(error.facts, 0)).toEqual(expected);
    expect(error.message).toMatch(message);
    expect(requests()).toEqual(["GET /v1beta/files/f-1"]);
  });

  it("is looked up again after a failure", async () => {
    let isThere = false;
    server = await startVendorServer(({ method }) => {
      if (method !== "GET") return { body: reply };
      return isThere ? { body: uploaded } : { status: 503, body: errorBody("Later") };
    });
    const provider = createGeminiProvider();
    await failureOf(provider, callOf());
    isThere = true;
    expect(await provider.send(callOf())).toEqual(answer);
  });
});

describe("what gemini checks before anything is sent", () => {
  const check = (given: Partial<PromptRecord>): readonly string[] =>
    createGeminiProvider().check({ ...record, prompt, ...given });

  it.each(["zz", 3, "None"])("knows the safety filter from %j", (filter) => {
    expect(check({ safety_filter: filter })).toEqual([
      `safety_filter '${filter.toString()}' not recognised. Must be one of: 'none', 'few', 'default'/'some', 'most'`,
    ]);
    expect(check({ safety_filter: null })).toEqual([]);
  });

  it("tells how a video gets there", () => {
    const parts = [{ type: "video", media: "round.mp4" }];
    expect(check({ prompt: [{ role: "user", parts }] })).toEqual([
      "`prompt[0].parts[0]`: File round.mp4 not uploaded. Please upload the file first. `ostinato media upload` does that for a whole experiment.",
    ]);
  });

  it("takes no model name that would lead to another address", () => {
    expect(check({ model_name: "../../v1/files" })).toHaveLength(1);
    expect(check({ model_name: "tunedModels/choir-7" })).toEqual([]);
  });

  it("leaves the API's own parameters to the API", () => {
    expect(check({ parameters: { unheard_of: 1, responseSchema: {} } })).toEqual([]);
    expect(check({ parameters: { contents: [] } })).toHaveLength(1);
  });
});

it("takes the address of the client's own variable too", async () => {
  await start({ body: uploaded });
  const environment = {
    GEMINI_API_KEY: "AIza-0123456789",
    GOOGLE_GEMINI_BASE_URL: server.origin,
  };
  const provider: Provider = createGeminiProvider();
  expect(await provider.send(callOf({ record: { ...record, prompt }, environment }))).toEqual(
    answer,
  );
});
