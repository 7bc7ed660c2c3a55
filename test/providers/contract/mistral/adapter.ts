import { OpenAI } from "openai";
import { createMistralProvider } from "../../../../src/providers/mistral/create-provider.js";
import type { AdapterUnderTest, PromptFormCase } from "../adapter-under-test.js";
import { asking, chatForms, openAiProtocol, question } from "../chat-completions.js";
import { away, blocked, permanent, throttled } from "../failure-rows.js";

const model = "mistral-small-latest";
const path = "/v1/chat/completions";

/**
 * As https://docs.mistral.ai/resources/error-glossary has it. Codes are words or numbers as text.
 */
function errorOf(type: string, message: unknown, code: string | null = null): unknown {
  return { object: "error", message, type, param: null, code };
}

function invalidRequest(message: unknown, code?: string): unknown {
  return errorOf("invalid_request_error", message, code);
}

const rateLimited = errorOf("rate_limited", "Rate limit exceeded", "1300");

const usage = { prompt_tokens: 16, completion_tokens: 34, total_tokens: 50 };

/**
 * An answer with the example values of the API's reference,
 * https://docs.mistral.ai/api/endpoint/chat.
 */
function replyOf(message: unknown, finishReason: string): unknown {
  return {
    id: "cmpl-e5cc70bb28c444948073e77776eb30ef",
    object: "chat.completion",
    model,
    created: 1_702_256_327,
    choices: [{ index: 0, message, finish_reason: finishReason }],
    usage,
  };
}

const answer = { model, usage };
const sent = { path, body: { model, messages: [{ role: "user", content: question }] } };
const thinking = { type: "thinking", thinking: [{ type: "text", text: "Hm." }], closed: true };
const reference = { type: "reference", reference_ids: [0, 2] };
const callOfTool = {
  id: "D681PevKs",
  type: "function",
  function: { name: "get_weather", arguments: '{"city": "Paris"}' },
  index: 0,
};

const forms: readonly PromptFormCase[] = [
  ...chatForms(path, model),
  {
    title: "a text with the API's own parameters",
    given: { parameters: { random_seed: 42, safe_prompt: true, prompt_mode: "reasoning" } },
    sent: {
      path,
      body: { ...sent.body, random_seed: 42, safe_prompt: true, prompt_mode: "reasoning" },
    },
  },
  {
    title: "a text that is answered in chunks: thinking, text and references to sources",
    given: {},
    sent,
    reply: replyOf(
      {
        role: "assistant",
        tool_calls: null,
        content: [
          thinking,
          { type: "text", text: "A round" },
          reference,
          { type: "text", text: "." },
        ],
      },
      "stop",
    ),
    answer: {
      ...answer,
      response: "A round.",
      finishReason: "stop",
      extra: { reasoning: [thinking], references: [reference] },
    },
  },
  {
    title: "a text that is answered with a call of a tool and an empty content",
    given: {},
    sent,
    reply: replyOf({ role: "assistant", content: "", tool_calls: [callOfTool] }, "tool_calls"),
    answer: {
      ...answer,
      response: "",
      finishReason: "tool_calls",
      extra: { tool_calls: [callOfTool] },
    },
  },
  {
    title: "a text whose answer the model's context cuts off",
    given: {},
    sent,
    reply: replyOf({ role: "assistant", content: "A ro", tool_calls: null }, "model_length"),
    answer: { ...answer, response: "A ro", finishReason: "model_length" },
  },
];

const extraForbidden = {
  type: "extra_forbidden",
  loc: ["body", "messages", 0, "user", "name"],
  msg: "Extra inputs are not permitted",
  input: "a part of the prompt",
};
const forbidden = "messages.0.user.name: Extra inputs are not permitted";

export const adapter: AdapterUnderTest = {
  ...openAiProtocol,
  name: "mistral",
  create: createMistralProvider,
  record: { api: "mistral", model_name: model, prompt: question },
  environment: (origin, key) => ({ MISTRAL_BASE_URL: `${origin}/v1`, MISTRAL_API_KEY: key }),
  requiredVariables: ["MISTRAL_API_KEY"],
  errorBody: (message, code) => errorOf("unreachable_backend", message, code),
  requestIdHeader: "mistral-correlation-id",
  forms,
  failures: [
    ...[
      { detail: [extraForbidden] },
      invalidRequest({ detail: [extraForbidden] }),
      invalidRequest([extraForbidden]),
      invalidRequest(JSON.stringify({ detail: [extraForbidden] }), "1000"),
    ].map((body, form) => ({
      title: `a request with an unknown field, told in form ${form + 1}`,
      reply: { status: 422, body },
      ...permanent("Unprocessable"),
      message: forbidden,
    })),
    {
      title: "a key that the API does not know",
      reply: { status: 401, body: { detail: "Unauthorized" } },
      ...blocked("Authentication"),
      message: "Unauthorized",
    },
    {
      title: "a model that the API does not know",
      reply: {
        status: 400,
        body: errorOf("invalid_model", "Invalid model: mistral-x", "1500"),
      },
      ...permanent("NotFound"),
      message: "Invalid model: mistral-x",
    },
    {
      title: "too many requests a second",
      reply: {
        status: 429,
        body: rateLimited,
        headers: {
          "x-ratelimit-limit-req-minute": "720",
          "x-ratelimit-remaining-req-minute": "0",
        },
      },
      ...throttled(),
      message: "Rate limit exceeded",
    },
    {
      title: "a model whose servers are busy",
      reply: {
        status: 429,
        body: invalidRequest("Service tier capacity exceeded for this model."),
      },
      ...throttled(),
    },
    {
      title: "a model outside the account's plan",
      reply: {
        status: 429,
        body: rateLimited,
        headers: { "x-ratelimit-limit-req-minute": "0" },
      },
      ...blocked("Quota"),
      message: "x-ratelimit-limit-req-minute is 0",
    },
    {
      title: "a service that is away",
      reply: {
        status: 503,
        body: errorOf("internal_server_error", "Service unavailable."),
      },
      ...away("ServerError"),
    },
  ],
  bareCall: async (origin, key) => {
    const client = new OpenAI({ apiKey: key, baseURL: `${origin}/v1`, maxRetries: 0 });
    return asking(client, model);
  },
};
