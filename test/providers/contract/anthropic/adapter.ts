import { Anthropic } from "@anthropic-ai/sdk";
import { createAnthropicProvider } from "../../../../src/providers/anthropic.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";
import { png } from "../png.js";

const usage = {
  input_tokens: 12,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 30,
  output_tokens: 6,
};

const message = {
  id: "msg_01",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5-20250929",
  content: [{ type: "text", text: "A round" }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage,
};

const answer = {
  response: "A round",
  model: "claude-sonnet-4-5-20250929",
  finishReason: "end_turn",
  usage,
};

const errorBody = (text: string, code = "api_error"): unknown => ({
  type: "error",
  error: { type: code, message: text },
  request_id: "req_01",
});

const prompt = "What is a canon?";
const path = "/v1/messages";
const model = "claude-sonnet-4-5";
const parameters = { max_tokens: 64 };
const user = (content: unknown): unknown => ({ role: "user", content });
const pdf = Buffer.from("%PDF-1.4\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n");

export const adapter: AdapterUnderTest = {
  name: "anthropic",
  create: createAnthropicProvider,
  record: { api: "anthropic", model_name: model, prompt, parameters },
  environment: (origin, key) => ({ ANTHROPIC_BASE_URL: origin, ANTHROPIC_API_KEY: key }),
  requiredVariables: ["ANTHROPIC_API_KEY"],
  reply: message,
  answer,
  errorBody,
  requestIdHeader: "request-id",
  forms: [
    {
      title: "a text",
      given: { parameters: { max_tokens: 64, temperature: 0.5, system: "Be brief." } },
      sent: {
        path,
        body: {
          model,
          messages: [user(prompt)],
          max_tokens: 64,
          temperature: 0.5,
          system: "Be brief.",
        },
        headers: { "anthropic-version": "2026-10-21" },
      },
    },
    {
      title: "an answer that takes more tokens than the client would wait for",
      given: { parameters: { max_tokens: 64_000 } },
      sent: { path, body: { model, messages: [user(prompt)], max_tokens: 64_000 } },
    },
    {
      title: "the second turn of a chat",
      given: { prompt: ["One?", "Two?", "Three?"] },
      turn: 1,
      answers: [{ response: "One." }],
      sent: {
        path,
        body: {
          model,
          messages: [user("One?"), { role: "assistant", content: "One." }, user("Two?")],
          ...parameters,
        },
      },
    },
    {
      title: "a chat without the answers that had no text",
      given: { prompt: ["One?", "Two?", "Three?"] },
      turn: 2,
      answers: [{ response: null }, { response: ["Two,", "too."] }],
      sent: {
        path,
        body: {
          model,
          messages: [
            user("One?"),
            user("Two?"),
            {
              role: "assistant",
              content: [
                { type: "text", text: "Two," },
                { type: "text", text: "too." },
              ],
            },
            user("Three?"),
          ],
          ...parameters,
        },
      },
    },
    {
      title: "a history, its system message apart",
      given: {
        prompt: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "One?" },
          { role: "assistant", content: ["One", { type: "text", text: "One." }] },
          { role: "user", content: { type: "text", text: "Two?" } },
        ],
      },
      sent: {
        path,
        body: {
          model,
          system: "Be brief.",
          messages: [
            user("One?"),
            {
              role: "assistant",
              content: [
                { type: "text", text: "One" },
                { type: "text", text: "One." },
              ],
            },
            user([{ type: "text", text: "Two?" }]),
          ],
          ...parameters,
        },
      },
    },
    {
      title: "images and documents of the media folder under their real types",
      given: {
        prompt: [
          {
            role: "user",
            content: [
              "What?",
              { type: "image", source: { media: "a/b.jpg", media_type: "image/jpeg" } },
              { type: "document", source: { media: "c.pdf" }, title: "C" },
              { type: "document", source: { media: "d.txt" } },
            ],
          },
        ],
      },
      media: { "a/b.jpg": png, "c.pdf": pdf, "d.txt": Buffer.from("Largo") },
      sent: {
        path,
        body: {
          model,
          messages: [
            user([
              { type: "text", text: "What?" },
              {
                type: "image",
                source: { type: "base64", media_type: "image/png", data: png.toString("base64") },
              },
              {
                type: "document",
                source: {
                  type: "base64",
                  media_type: "application/pdf",
                  data: pdf.toString("base64"),
                },
                title: "C",
              },
              {
                type: "document",
                source: { type: "text", media_type: "text/plain", data: "Largo" },
              },
            ]),
          ],
          ...parameters,
        },
      },
    },
    {
      title: "images by address, as data and in the API's own form",
      given: {
        prompt: [
          {
            role: "user",
            content: [
              { type: "image", source: { media: "https://example.org/a.png" } },
              { type: "image", source: { media: "data:image/png;base64,AAAA" } },
              { type: "image", source: { type: "file", file_id: "file_1" } },
            ],
          },
        ],
      },
      sent: {
        path,
        body: {
          model,
          messages: [
            user([
              { type: "image", source: { type: "url", url: "https://example.org/a.png" } },
              {
                type: "image",
                source: { type: "base64", media_type: "image/png", data: "AAAA" },
              },
              { type: "image", source: { type: "file", file_id: "file_1" } },
            ]),
          ],
          ...parameters,
        },
      },
    },
    {
      title: "a text, and keeps thinking and calls of tools apart from the answer's",
      given: {},
      reply: {
        ...message,
        content: [
          { type: "thinking", thinking: "A canon is …", signature: "c2ln" },
          { type: "text", text: "Let me look." },
          { type: "tool_use", id: "toolu_1", name: "look_up", input: { word: "canon" } },
        ],
        stop_reason: "tool_use",
      },
      sent: { path, body: { model, messages: [user(prompt)], ...parameters } },
      answer: {
        ...answer,
        response: "Let me look.",
        finishReason: "tool_use",
        extra: {
          thinking: [{ type: "thinking", thinking: "A canon is …", signature: "c2ln" }],
          tool_use: [
            { type: "tool_use", id: "toolu_1", name: "look_up", input: { word: "canon" } },
          ],
        },
      },
    },
    {
      title: "a text that is answered by a call of a tool alone",
      given: {},
      reply: {
        ...message,
        content: [{ type: "tool_use", id: "toolu_1", name: "look_up", input: {} }],
        stop_reason: "tool_use",
      },
      sent: { path, body: { model, messages: [user(prompt)], ...parameters } },
      answer: {
        ...answer,
        response: null,
        finishReason: "tool_use",
        extra: { tool_use: [{ type: "tool_use", id: "toolu_1", name: "look_up", input: {} }] },
      },
    },
    {
      title: "a text that is answered in several blocks, one with its source",
      given: {},
      reply: {
        ...message,
        content: [
          {
            type: "text",
            text: "A round",
            citations: [{ type: "page_location", document_index: 0 }],
          },
          { type: "text", text: "or more" },
        ],
        stop_reason: "stop_sequence",
        stop_sequence: "###",
      },
      sent: { path, body: { model, messages: [user(prompt)], ...parameters } },
      answer: {
        ...answer,
        response: ["A round", "or more"],
        finishReason: "stop_sequence",
        extra: {
          stop_sequence: "###",
          citations: [[{ type: "page_location", document_index: 0 }], []],
        },
      },
    },
    {
      title: "a text that the model refuses to answer",
      given: {},
      reply: { ...message, content: [], stop_reason: "refusal" },
      sent: { path, body: { model, messages: [user(prompt)], ...parameters } },
      answer: { ...answer, response: "", finishReason: "refusal" },
    },
  ],
  refusedPrompts: [
    3,
    { role: "user", content: "Hi" },
    [{ role: "model", content: "Hi" }],
    [{ role: "system", content: "Be brief." }],
    [
      { role: "user", content: "Hi" },
      { role: "system", content: "Be brief." },
    ],
    ["Hi", { role: "user", content: "Hi" }],
    [{ role: "user", content: [{ text: "no type" }] }],
    [{ role: "user", content: [{ type: "text" }] }],
    [{ role: "user", content: [{ type: "audio", source: { media: "a.mp3" } }] }],
    [{ role: "user", content: [{ type: "image" }] }],
    [{ role: "user", content: [{ type: "image", source: "a.png" }] }],
    [{ role: "user", content: [{ type: "image", source: { media_type: "image/png" } }] }],
  ],
  failures: [
    {
      title: "an account without credit",
      reply: {
        status: 400,
        body: errorBody(
          "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
          "invalid_request_error",
        ),
      },
      class: "blocked",
      type: "Quota",
    },
    {
      title: "an account at its limit of spending",
      reply: {
        status: 400,
        body: errorBody(
          "You have reached your specified API usage limits. You will regain access on 2026-12-01.",
          "invalid_request_error",
        ),
      },
      class: "blocked",
      type: "Quota",
    },
    {
      title: "a billing error",
      reply: { status: 402, body: errorBody("There is an issue with billing.", "billing_error") },
      class: "blocked",
      type: "Quota",
    },
    {
      title: "an unknown model",
      reply: { status: 404, body: errorBody("model: claude-9", "not_found_error") },
      class: "permanent",
      type: "NotFound",
    },
    {
      title: "an overload",
      reply: { status: 529, body: errorBody("Overloaded", "overloaded_error") },
      class: "transient",
      type: "Overloaded",
    },
    {
      title: "an overload that a gateway passes on with status 200",
      reply: { body: errorBody("Overloaded", "overloaded_error") },
      class: "transient",
      type: "ServerError",
    },
    {
      title: "a limit that names its end",
      reply: {
        status: 429,
        body: errorBody("This request would exceed your rate limit", "rate_limit_error"),
        headers: { "retry-after": "8", "anthropic-ratelimit-requests-remaining": "0" },
      },
      class: "transient",
      type: "RateLimit",
      retryAfterMs: 8_000,
    },
  ],
  client: Anthropic,
  bareCall: async (origin, key) => {
    const client = new Anthropic({ apiKey: key, baseURL: origin, maxRetries: 0 });
    return () =>
      client.messages.create({
        model,
        max_tokens: 64,
        messages: [{ role: "user", content: prompt }],
      });
  },
};
