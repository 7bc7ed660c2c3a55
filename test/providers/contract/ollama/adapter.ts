import { createOllamaProvider } from "../../../../src/providers/ollama/create-provider.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";
import { png } from "../png.js";
import { away, permanent, transient } from "../failure-rows.js";

/** The forms of https://docs.ollama.com/api, times in nanoseconds. */
const counts = {
  total_duration: 5_043_500_667,
  load_duration: 5_025_959,
  prompt_eval_count: 26,
  prompt_eval_duration: 325_953_000,
  eval_count: 290,
  eval_duration: 4_709_213_000,
};
const ended = { done: true, done_reason: "stop", ...counts };
const reply = {
  model: "llama3",
  created_at: "2026-11-21T10:00:00Z",
  response: "A round",
  ...ended,
};
const chatReply = {
  model: "llama3",
  created_at: "2026-11-21T10:00:00Z",
  message: { role: "assistant", content: "A round" },
  ...ended,
};
const answer = { response: "A round", model: "llama3", finishReason: "stop", usage: counts };

const prompt = "What is a canon?";
const generate = "/api/generate";
const chat = "/api/chat";
const image = png.toString("base64");

export const adapter: AdapterUnderTest = {
  name: "ollama",
  create: createOllamaProvider,
  record: { api: "ollama", model_name: "llama3", prompt },
  environment: (origin, key) => ({ OLLAMA_API_ENDPOINT: origin, OLLAMA_API_KEY: key }),
  requiredVariables: ["OLLAMA_API_ENDPOINT"],
  reply,
  answer,
  textPath: ["response"],
  decisivePaths: ["done"],
  oddMembers: {
    reply: { model: 7, eval_count: ["290"] },
    answer: { model: 7, usage: { ...counts, eval_count: ["290"] } },
  },
  tokens: { input: 26, output: 290 },
  errorBody: (message) => ({ error: message }),
  hasErrorCodes: false,
  forms: [
    {
      title: "a text with parameters as options",
      given: { parameters: { temperature: 0.5, num_predict: 20 } },
      sent: {
        path: generate,
        body: {
          model: "llama3",
          prompt,
          stream: false,
          options: { temperature: 0.5, num_predict: 20 },
        },
      },
    },
    {
      title: "what Ollama wants beside its options",
      given: { parameters: { think: true, format: "json", keep_alive: "5m", seed: 7 } },
      reply: { ...reply, thinking: "Hm." },
      sent: {
        path: generate,
        body: {
          model: "llama3",
          prompt,
          stream: false,
          think: true,
          format: "json",
          keep_alive: "5m",
          options: { seed: 7 },
        },
      },
      answer: { ...answer, extra: { thinking: "Hm." } },
    },
    {
      title: "the second turn of a chat",
      given: { prompt: ["One?", "Two?", "Three?"] },
      turn: 1,
      answers: [{ response: "One." }],
      reply: chatReply,
      sent: {
        path: chat,
        body: {
          model: "llama3",
          messages: [
            { role: "user", content: "One?" },
            { role: "assistant", content: "One." },
            { role: "user", content: "Two?" },
          ],
          stream: false,
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
      reply: { ...chatReply, message: { ...chatReply.message, content: "", tool_calls: [{}] } },
      sent: {
        path: chat,
        body: {
          model: "llama3",
          messages: [
            { role: "system", content: "Be brief." },
            { role: "user", content: "One?" },
          ],
          stream: false,
        },
      },
      answer: { ...answer, response: "", extra: { tool_calls: [{}] } },
    },
    {
      title: "a history with what may be new to Ollama, which is its to judge",
      given: {
        prompt: [
          { role: "model", content: { type: "text", text: "Hi" }, mood: "glad" },
          { role: "assistant", tool_calls: [{}] },
        ],
      },
      reply: chatReply,
      sent: {
        path: chat,
        body: {
          model: "llama3",
          messages: [
            { role: "model", content: "Hi", mood: "glad" },
            { role: "assistant", tool_calls: [{}] },
          ],
          stream: false,
        },
      },
    },
    {
      title: "images of the media folder, in Ollama's form and in OpenAI's",
      given: {
        prompt: [
          { role: "user", content: "What?", images: ["a/b.png", `data:image/png;base64,${image}`] },
          { role: "user", content: ["And?", { type: "image_url", image_url: { url: "c.png" } }] },
        ],
      },
      media: { "a/b.png": png, "c.png": png },
      reply: chatReply,
      sent: {
        path: chat,
        body: {
          model: "llama3",
          messages: [
            { role: "user", content: "What?", images: [image, image] },
            { role: "user", content: "And?", images: [image] },
          ],
          stream: false,
        },
      },
    },
  ],
  refusedPrompts: [
    3,
    { role: "user", content: "Hi" },
    [{ role: "user", content: [{ type: "input_audio", input_audio: {} }] }],
    [{ role: "user", content: "Hi" }, null],
    [{ role: "user", content: "Hi", images: ["https://example.org/a.png"] }],
  ],
  failures: [
    {
      title: "an answer that is not done",
      reply: { body: { response: "half", done: false } },
      ...transient("BrokenBody"),
      message: "`done` is false",
    },
    {
      title: "a model that is not pulled",
      reply: {
        status: 404,
        body: { error: "model 'unheard-of' not found, try pulling it first" },
      },
      ...permanent("NotFound"),
    },
    {
      title: "a server whose queue is full",
      reply: {
        status: 503,
        body: { error: "server busy, please try again. maximum pending requests exceeded" },
      },
      ...away("ServerError"),
    },
  ],
  bareCall: async (origin, key) => async () => {
    const response = await fetch(`${origin}${generate}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: "llama3", prompt, stream: false }),
    });
    return response.json();
  },
};
