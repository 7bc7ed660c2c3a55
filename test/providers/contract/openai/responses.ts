/** The Responses API, as https://platform.openai.com/docs/api-reference/responses/object has it. */
import type { FailureRow, PromptFormCase } from "../adapter-under-test.js";
import { question } from "../chat-completions.js";
import { png } from "../png.js";

const usage = { input_tokens: 5, output_tokens: 7, total_tokens: 12 };

function replyOf(...output: readonly unknown[]): Readonly<Record<string, unknown>> {
  return {
    id: "resp_1",
    object: "response",
    created_at: 1_700_000_000,
    status: "completed",
    error: null,
    incomplete_details: null,
    model: "gpt-4o-2024-08-06",
    output,
    usage,
  };
}

function message(...content: readonly unknown[]): unknown {
  return { id: "msg_1", type: "message", role: "assistant", status: "completed", content };
}

function text(text: string): unknown {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

const answer = { model: "gpt-4o-2024-08-06", finishReason: "completed", usage };
const reply = replyOf({ type: "reasoning", id: "rs_1", summary: [] }, message(text("A round")));

/** @param path of the Responses API */
export function responsesForms(path: string, model: string): readonly PromptFormCase[] {
  const mode = "responses";
  const user = (content: unknown): unknown => ({ role: "user", content });
  const sent = (input: unknown, parameters = {}): PromptFormCase["sent"] => ({
    path,
    body: { model, input, ...parameters },
  });
  const simple = { reply, answer: { ...answer, response: "A round" } };
  const url = `data:image/png;base64,${png.toString("base64")}`;
  const functionCall = { type: "function_call", call_id: "c1", name: "add", arguments: "{}" };
  const chatCall = { id: "c1", type: "function", function: { name: "add", arguments: "{}" } };
  const logprobs = [{ token: "No", logprob: -0.1 }];
  return [
    {
      title: "a text to the Responses API",
      given: { mode, parameters: { instructions: "Be brief.", max_output_tokens: 50 } },
      sent: sent([user(question)], { instructions: "Be brief.", max_output_tokens: 50 }),
      ...simple,
    },
    {
      title: "a turn of a chat to the Responses API",
      given: { mode, prompt: ["One?", "Two?"] },
      turn: 1,
      answers: [{ response: "One." }],
      sent: sent([user("One?"), { role: "assistant", content: "One." }, user("Two?")]),
      ...simple,
    },
    {
      title: "a history with an image to the Responses API",
      given: {
        mode,
        prompt: [
          { role: "developer", content: "Be brief." },
          user(["What?", { type: "image_url", image_url: { url: "a.png", detail: "low" } }]),
          { role: "assistant", content: "A dot." },
          user("Where?"),
        ],
      },
      media: { "a.png": png },
      sent: sent([
        { role: "developer", content: "Be brief." },
        user([
          { type: "input_text", text: "What?" },
          { type: "input_image", image_url: url, detail: "low" },
        ]),
        { role: "assistant", content: "A dot." },
        user("Where?"),
      ]),
      ...simple,
    },
    {
      title: "calls of tools, a file and items of its own to the Responses API",
      given: {
        mode,
        prompt: [
          user(["1 + 1?", { type: "file", file: { file_id: "file-1" } }]),
          { role: "assistant", tool_calls: [chatCall] },
          { role: "tool", tool_call_id: "c1", content: "2" },
          { role: "assistant", content: "Two, and now?", tool_calls: [chatCall] },
          { type: "item_reference", id: "rs_1" },
        ],
      },
      sent: sent([
        user([
          { type: "input_text", text: "1 + 1?" },
          { type: "input_file", file_id: "file-1" },
        ]),
        functionCall,
        {
          type: "function_call_output",
          call_id: "c1",
          output: "2",
        },
        { role: "assistant", content: "Two, and now?" },
        functionCall,
        { type: "item_reference", id: "rs_1" },
      ]),
      ...simple,
    },
    {
      title: "a text that the Responses API answers with a refusal, a call and its reasoning",
      given: { mode },
      sent: sent([user(question)]),
      reply: replyOf(
        { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }] },
        functionCall,
        message({ type: "refusal", refusal: "No." }),
      ),
      answer: {
        ...answer,
        response: null,
        extra: {
          refusal: "No.",
          tool_calls: [functionCall],
          reasoning: [{ type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }] }],
        },
      },
    },
    {
      title: "a text that the Responses API answers in part",
      given: { mode },
      sent: sent([user(question)]),
      reply: {
        ...replyOf(message({ type: "output_text", text: "No", annotations: [], logprobs })),
        status: "incomplete",
        incomplete_details: { reason: "max_output_tokens" },
      },
      answer: {
        ...answer,
        finishReason: "max_output_tokens",
        response: "No",
        extra: { logprobs },
      },
    },
  ];
}

/** Failures that the Responses API tells with status 200. */
export const responsesFailures: readonly FailureRow[] = [
  ["server_error", "away", "ServerError"],
  ["rate_limit_exceeded", "throttled", "RateLimit"],
  ["invalid_prompt", "permanent", "BadRequest"],
  ["image_too_large", "permanent", "BadRequest"],
].map(([code, failureClass, type]) => ({
  title: `a response that failed with ${code!}`,
  given: { mode: "responses" },
  reply: { body: { ...replyOf(), status: "failed", error: { code, message: "Sorry" } } },
  class: failureClass as FailureRow["class"],
  type: type!,
}));
