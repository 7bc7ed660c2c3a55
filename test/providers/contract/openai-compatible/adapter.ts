import { OpenAI } from "openai";
import { createOpenAiCompatibleProvider } from "../../../../src/providers/openai-compatible/create-provider.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";
import {
  asking,
  chatForms,
  completionForm,
  openAiFailures,
  openAiProtocol,
  question,
} from "../chat-completions.js";
import { blocked, permanent, transient } from "../failure-rows.js";

const model = "meta-llama/Llama-3.1-8B";

export const adapter: AdapterUnderTest = {
  ...openAiProtocol,
  name: "openai-compatible",
  create: createOpenAiCompatibleProvider,
  record: { api: "openai-compatible", model_name: model, prompt: question },
  environment: (origin, key) => ({
    OPENAI_COMPATIBLE_BASE_URL: `${origin}/api/v1/`,
    OPENAI_COMPATIBLE_API_KEY: key,
  }),
  requiredVariables: ["OPENAI_COMPATIBLE_BASE_URL"],
  forms: [
    ...chatForms("/api/v1/chat/completions", model),
    completionForm("/api/v1/completions", model),
    {
      title: "a text that is answered in parts, thoughts apart from text",
      given: {},
      sent: {
        path: "/api/v1/chat/completions",
        body: { model, messages: [{ role: "user", content: question }] },
      },
      reply: {
        choices: [
          {
            message: {
              content: [
                { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
                { type: "text", text: "A " },
                { type: "text", text: "round" },
              ],
            },
            finish_reason: "stop",
          },
        ],
      },
      answer: {
        response: "A round",
        finishReason: "stop",
        extra: { reasoning: [{ type: "thinking", thinking: [{ type: "text", text: "Hm." }] }] },
      },
    },
    {
      title: "a text that is answered with reasoning beside the text",
      given: {},
      sent: {
        path: "/api/v1/chat/completions",
        body: { model, messages: [{ role: "user", content: question }] },
      },
      reply: { choices: [{ message: { content: "A round", reasoning_content: "Hm." } }] },
      answer: { response: "A round", extra: { reasoning_content: "Hm." } },
    },
  ],
  failures: [
    ...openAiFailures,
    {
      title: "xAI's answer to a wrong key",
      reply: {
        status: 400,
        body: {
          code: "Client specified an invalid argument",
          error:
            "Incorrect API key provided: xa***MN. You can obtain an API key from xAI's console.",
        },
      },
      ...blocked("Authentication"),
    },
    {
      title: "xAI's answer to an account without credits",
      reply: {
        status: 403,
        body: {
          code: "The caller does not have permission to execute the specified operation",
          error:
            "Your team has either used all available credits or reached its monthly spending limit.",
        },
      },
      ...blocked("Permission"),
    },
    {
      title: "DeepSeek's answer to an empty balance",
      reply: { status: 402, body: { error: { message: "Insufficient Balance", code: "x" } } },
      ...blocked("Quota"),
    },
    {
      title: "Groq's answer when its flexible tier is full",
      reply: { status: 498, body: { error: { message: "Full", code: "capacity_exceeded" } } },
      ...transient("InvalidToken"),
    },
    {
      title: "an account without credits",
      reply: { status: 402, body: { error: { message: "Insufficient credits", code: 402 } } },
      ...blocked("Quota"),
    },
    {
      title: "a model that a server without OpenAI's errors does not know",
      reply: { status: 404, body: { object: "error", message: "No such model", code: 404 } },
      ...permanent("NotFound"),
    },
  ],
  bareCall: async (origin, key) => {
    const client = new OpenAI({ apiKey: key, baseURL: `${origin}/api/v1`, maxRetries: 0 });
    return asking(client, model);
  },
};
