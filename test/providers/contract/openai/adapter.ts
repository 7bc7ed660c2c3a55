import { OpenAI } from "openai";
import { createOpenAiProvider } from "../../../../src/providers/openai.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";
import { png } from "../png.js";

const reply = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "gpt-4o-2024-08-06",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "A round", refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
};

const errorBody = (message: string, code?: string): unknown => ({
  error: { message, type: "some_error", param: null, code: code ?? null },
});

const prompt = "What is a canon?";
const path = "/v1/chat/completions";

export const adapter: AdapterUnderTest = {
  name: "openai",
  create: createOpenAiProvider,
  record: { api: "openai", model_name: "gpt-4o", prompt },
  environment: (origin, key) => ({ OPENAI_BASE_URL: `${origin}/v1`, OPENAI_API_KEY: key }),
  requiredVariables: ["OPENAI_API_KEY"],
  reply,
  answer: {
    response: "A round",
    model: "gpt-4o-2024-08-06",
    finishReason: "stop",
    usage: reply.usage,
  },
  errorBody,
  forms: [
    {
      title: "a text",
      given: { parameters: { temperature: 0.5 } },
      sent: {
        path,
        body: { model: "gpt-4o", messages: [{ role: "user", content: prompt }], temperature: 0.5 },
      },
    },
    {
      title: "the second turn of a chat",
      given: { prompt: ["One?", "Two?", "Three?"] },
      turn: 1,
      answers: [{ response: "One." }],
      sent: {
        path,
        body: {
          model: "gpt-4o",
          messages: [
            { role: "user", content: "One?" },
            { role: "assistant", content: "One." },
            { role: "user", content: "Two?" },
          ],
        },
      },
    },
    {
      title: "a history",
      given: {
        prompt: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "One?" },
        ],
      },
      sent: {
        path,
        body: {
          model: "gpt-4o",
          messages: [
            { role: "system", content: [{ type: "text", text: "Be brief." }] },
            { role: "user", content: [{ type: "text", text: "One?" }] },
          ],
        },
      },
    },
    {
      title: "an image of the media folder under its real type",
      given: {
        prompt: [{ role: "user", content: ["What?", { type: "image_url", image_url: "a/b.jpg" }] }],
      },
      media: { "a/b.jpg": png },
      sent: {
        path,
        body: {
          model: "gpt-4o",
          messages: [
            {
              role: "user",
              content: [
                { type: "text", text: "What?" },
                {
                  type: "image_url",
                  image_url: {
                    url: `data:image/png;base64,${png.toString("base64")}`,
                    detail: "auto",
                  },
                },
              ],
            },
          ],
        },
      },
    },
  ],
  refusedPrompts: [3, { role: "user", content: "Hi" }, [{ role: "model", content: "Hi" }]],
  failures: [
    {
      title: "a 429 whose code says that there is no quota",
      reply: { status: 429, body: errorBody("You exceeded your quota", "insufficient_quota") },
      class: "blocked",
      type: "Quota",
    },
    {
      title: "an unknown model",
      reply: { status: 404, body: errorBody("The model does not exist", "model_not_found") },
      class: "permanent",
      type: "NotFound",
    },
    {
      title: "a prompt that the filter refuses",
      reply: { status: 400, body: errorBody("The prompt was filtered", "content_filter") },
      class: "permanent",
      type: "ContentRefused",
    },
  ],
  bareCall: async (origin, key) => {
    const client = new OpenAI({ apiKey: key, baseURL: `${origin}/v1`, maxRetries: 0 });
    return () =>
      client.chat.completions.create({
        model: "gpt-4o",
        messages: [{ role: "user", content: prompt }],
      });
  },
};
