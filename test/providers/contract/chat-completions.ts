/** The common part of servers with OpenAI's chat completions. */
import { OpenAI } from "openai";
import type { FailureRow, PromptFormCase } from "./adapter-under-test.js";
import { png } from "./png.js";
import { away, blocked, permanent, throttled, transient } from "./failure-rows.js";

export const question = "What is a canon?";

const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };

/** A whole answer, as https://platform.openai.com/docs/api-reference/chat/object has it. */
const chatReply = {
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
  usage,
};

const chatAnswer = {
  response: "A round",
  model: "gpt-4o-2024-08-06",
  finishReason: "stop",
  usage,
};

const completionReply = {
  id: "cmpl-1",
  object: "text_completion",
  created: 1_700_000_000,
  model: "gpt-3.5-turbo-instruct",
  choices: [{ text: "A round", index: 0, logprobs: null, finish_reason: "length" }],
  usage,
};

const completionAnswer = {
  response: "A round",
  model: "gpt-3.5-turbo-instruct",
  finishReason: "length",
  usage,
};

const callOfTool = { id: "c1", type: "function", function: { name: "add", arguments: "{}" } };

const ofSomeApis = [
  { role: "model", content: "Hi", mood: "glad" },
  { role: "assistant", tool_calls: [callOfTool] },
  { role: "assistant", content: null, reasoning_content: "Hm." },
  { role: "tool", content: "2", tool_call_id: "c1" },
  {
    role: "user",
    content: [
      { type: "file", file: { file_id: "file-1" } },
      { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
      { type: "video_url", video_url: { url: "http://127.0.0.1/a.mp4" } },
      { type: "image_url", image_url: { detail: "low" } },
      { text: "no type" },
    ],
  },
  { role: "assistant", content: "A ro", prefix: true },
  { content: 3 },
];

function openAiError(message: string, code?: string): unknown {
  return { error: { message, type: "some_error", param: null, code: code ?? null } };
}

/** @param path of chat completions; @param model as it is sent */
export function chatForms(path: string, model: string): readonly PromptFormCase[] {
  const user = (content: unknown): unknown => ({ role: "user", content });
  const sent = (messages: unknown, parameters = {}): PromptFormCase["sent"] => ({
    path,
    body: { model, messages, ...parameters },
  });
  const url = `data:image/png;base64,${png.toString("base64")}`;
  return [
    {
      title: "a text with its parameters",
      given: { parameters: { temperature: 0.5, unheard_of: [1, null] } },
      sent: sent([user(question)], { temperature: 0.5, unheard_of: [1, null] }),
    },
    {
      title: "a text with parameters that are null",
      given: { parameters: null },
      sent: sent([user(question)]),
    },
    {
      title: "the first turn of a chat",
      given: { prompt: ["One?", "Two?"] },
      sent: sent([user("One?")]),
    },
    {
      title: "the second turn of a chat with the answer before it",
      given: { prompt: ["One?", "Two?", "Three?"] },
      turn: 1,
      answers: [{ response: "One." }],
      sent: sent([user("One?"), { role: "assistant", content: "One." }, user("Two?")]),
    },
    {
      title: "a chat of several choices, which goes on with the first",
      given: { prompt: ["One?", "Two?"], parameters: { n: 2 } },
      turn: 1,
      answers: [{ response: ["First.", "Second."] }],
      sent: sent([user("One?"), { role: "assistant", content: "First." }, user("Two?")], { n: 2 }),
      reply: {
        ...chatReply,
        choices: ["A", "B"].map((content) => ({ message: { content }, finish_reason: "stop" })),
      },
      answer: { ...chatAnswer, response: ["A", "B"], finishReason: ["stop", "stop"] },
    },
    {
      title: "a history",
      given: { prompt: [{ role: "system", content: "Be brief." }, user("One?")] },
      sent: sent([{ role: "system", content: "Be brief." }, user("One?")]),
    },
    {
      title: "a history with what only some APIs take, which is theirs to judge",
      given: { prompt: ofSomeApis },
      sent: sent([
        { role: "model", content: "Hi", mood: "glad" },
        { role: "assistant", tool_calls: [callOfTool] },
        { role: "assistant", content: null, reasoning_content: "Hm." },
        { role: "tool", content: "2", tool_call_id: "c1" },
        user(ofSomeApis[4]?.content),
        { role: "assistant", content: "A ro", prefix: true },
        { content: 3 },
      ]),
    },
    {
      title: "an image of the media folder under its real type",
      given: { prompt: [user(["What?", { type: "image_url", image_url: "a/misnamed.jpg" }])] },
      media: { "a/misnamed.jpg": png },
      sent: sent([
        user([
          { type: "text", text: "What?" },
          { type: "image_url", image_url: { detail: "auto", url } },
        ]),
      ]),
    },
    {
      title: "images that the API reads itself",
      given: {
        prompt: [
          user([
            { type: "image_url", image_url: "https://example.org/a.png" },
            { type: "image_url", image_url: { url, detail: "low" } },
          ]),
        ],
      },
      sent: sent([
        user([
          { type: "image_url", image_url: { detail: "auto", url: "https://example.org/a.png" } },
          { type: "image_url", image_url: { detail: "low", url } },
        ]),
      ]),
    },
    {
      title: "a text that is answered with a call of a tool and a refusal",
      given: {},
      sent: sent([user(question)]),
      reply: {
        choices: [
          {
            message: { content: null, refusal: "No.", tool_calls: [callOfTool] },
            logprobs: { content: [{ token: "No", logprob: -0.1 }] },
            finish_reason: "tool_calls",
          },
        ],
      },
      answer: {
        response: null,
        finishReason: "tool_calls",
        extra: {
          refusal: "No.",
          tool_calls: [callOfTool],
          logprobs: { content: [{ token: "No", logprob: -0.1 }] },
        },
      },
    },
  ];
}

export function completionForm(path: string, model: string): PromptFormCase {
  return {
    title: "a text to the completions API",
    given: { mode: "completion" },
    sent: { path, body: { model, prompt: question } },
    reply: completionReply,
    answer: completionAnswer,
  };
}

const refusedPrompts: readonly unknown[] = [
  3,
  { role: "user", content: "Hi" },
  ["Hi", { role: "user", content: "Hi" }],
  [{ role: "user", content: "Hi" }, null],
];

export const openAiFailures: readonly FailureRow[] = [
  {
    title: "a 429 whose code says that there is no quota",
    reply: { status: 429, body: openAiError("You exceeded your quota", "insufficient_quota") },
    ...blocked("Quota"),
  },
  {
    title: "an account that is not paid for",
    reply: {
      status: 400,
      body: openAiError("Billing limit reached", "billing_hard_limit_reached"),
    },
    ...blocked("Quota"),
  },
  {
    title: "an unknown model",
    reply: { status: 404, body: openAiError("The model does not exist", "model_not_found") },
    ...permanent("NotFound"),
  },
  {
    title: "a prompt that a filter refuses",
    reply: { status: 400, body: openAiError("The prompt was filtered", "content_filter") },
    ...permanent("ContentRefused"),
  },
  ...[
    { choices: [{ finish_reason: "error", error: { code: 502, message: "Upstream is gone" } }] },
    {
      choices: [
        {
          message: { role: "assistant", content: "A ro" },
          finish_reason: "error",
          error: { code: 502, message: "Upstream is gone" },
        },
      ],
    },
    { error: { code: 502, message: "Upstream is gone" }, choices: [] },
  ].map((body) => ({
    title: `a failure told as ${JSON.stringify(body).slice(0, 60)}…`,
    reply: { body },
    ...away("ServerError"),
    message: "Upstream is gone",
  })),
  {
    title: "an answer that ended in an error",
    reply: { body: { choices: [{ message: { content: "A ro" }, finish_reason: "error" }] } },
    ...transient("ServerError"),
    message: 'finish reason "error"',
  },
  {
    title: "a failure of the API behind a gateway, in that API's words",
    reply: {
      body: {
        error: {
          message: "Provider returned error",
          code: 429,
          metadata: { raw: "Too busy", provider_name: "X" },
        },
      },
    },
    ...throttled(),
    message: "Provider returned error: Too busy",
  },
];

/** The common start of their fixture folders. */
export const openAiProtocol = {
  reply: chatReply,
  answer: chatAnswer,
  textPath: ["choices", 0, "message", "content"],
  oddMembers: {
    reply: { usage: [5, 7], model: 7 },
    answer: { usage: [5, 7], model: 7 },
  },
  tokens: { input: 5, output: 7 },
  errorBody: openAiError,
  refusedPrompts,
  client: OpenAI,
} as const;

/** The call of the vendor's client alone. */
export function asking(client: OpenAI, model: string): () => Promise<unknown> {
  return () =>
    client.chat.completions.create({ model, messages: [{ role: "user", content: question }] });
}
