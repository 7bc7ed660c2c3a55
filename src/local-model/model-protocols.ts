/**
 * The protocols of the server, by path: they read a request's input for the model and format its
 * answer.
 */
import { defined } from "../domain/defined.js";
import type { Generation } from "./load-model.js";
import type { ChatMessage } from "./transformers.js";

/** An error that the caller can fix; `status` is an HTTP status. */
export class BadRequest extends Error {
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

interface Asked {
  readonly input: string | readonly ChatMessage[];
  /** Generation options, under the names of transformers. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly reply: (generation: Generation, model: string) => object;
}

type Route = (body: unknown, maxTokens: number) => Asked;
type Body = Readonly<Record<string, unknown>>;

export const routes: Readonly<Record<string, Route>> = {
  "/generate": askPlainly,
  "/v1/chat/completions": askInChat,
  "/v1/completions": askToComplete,
};

function asObject(body: unknown): Body {
  if (isObject(body)) return body;
  throw new BadRequest("Expected a JSON object.");
}

function isObject(body: unknown): body is Body {
  return typeof body === "object" && body !== null && !Array.isArray(body);
}

/**
 * Handles the protocol of prompto's server. The answer's text includes the prompt, and the options
 * are those of transformers.
 */
function askPlainly(body: unknown, maxTokens: number): Asked {
  const { text, options = {} } = asObject(body);
  if (typeof text !== "string") throw new BadRequest("Expected `text` to be a text.");
  const given = asObject(options);
  const hasLength = given["max_length"] !== undefined;
  return {
    input: text,
    options: { ...(!hasLength && { max_new_tokens: maxTokens }), ...given },
    reply: ({ text: generated }, model) => ({ response: [{ generated_text: generated }], model }),
  };
}

function askInChat(body: unknown, maxTokens: number): Asked {
  const request = asObject(body);
  const { messages } = request;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new BadRequest("Expected `messages` to be a list of messages.");
  }
  const { options, most } = openAiOptions(request, maxTokens);
  return {
    input: messages.map(readMessage),
    options,
    reply: (generation, model) => {
      // The whitespace between prompt and answer is not part of the answer.
      const content = generation.text.trimStart();
      const message = { role: "assistant", content, refusal: null };
      return openAiReply("chat.completion", { message }, { generation, model, most });
    },
  };
}

function askToComplete(body: unknown, maxTokens: number): Asked {
  const request = asObject(body);
  const { prompt } = request;
  if (typeof prompt !== "string") throw new BadRequest("Expected `prompt` to be a text.");
  const { options, most } = openAiOptions(request, maxTokens);
  return {
    input: prompt,
    options: { ...options, return_full_text: false },
    reply: (generation, model) =>
      openAiReply("text_completion", { text: generation.text }, { generation, model, most }),
  };
}

function readMessage(message: unknown): ChatMessage {
  const { role, content } = asObject(message);
  // `isArray` makes the type any[].
  const parts = Array.isArray(content) ? (content as readonly unknown[]) : [content];
  const texts = parts.map((part) => (isObject(part) ? part["text"] : part));
  if (typeof role !== "string" || !texts.every((text) => typeof text === "string")) {
    throw new BadRequest("Expected each message to have a `role` and a `content` of texts.");
  }
  return { role, content: texts.join("\n") };
}

const taken: readonly string[] = [
  ...["model", "messages", "prompt", "stream", "n", "user", "seed"],
  ...["max_tokens", "max_completion_tokens", "temperature", "top_p"],
];

function openAiOptions(
  request: Body,
  maxTokens: number,
): { readonly options: Body; readonly most: number } {
  const { stream, n = 1, temperature = 1, top_p: topP } = request;
  if (stream === true) throw new BadRequest("`stream` is not served: leave it out.");
  if (n !== 1) throw new BadRequest("Expected `n` to be 1: one answer is served a request.");
  const unknown = Object.keys(request).find((name) => !taken.includes(name));
  if (unknown !== undefined) throw new BadRequest(`Unknown parameter: \`${unknown}\`.`);
  const most = request["max_completion_tokens"] ?? request["max_tokens"] ?? maxTokens;
  if (typeof most !== "number" || !(most > 0)) {
    throw new BadRequest("Expected `max_tokens` to be a number above 0.");
  }
  const samples = temperature !== 0;
  const sampling = { temperature, ...defined({ top_p: topP }) };
  return {
    options: { max_new_tokens: most, do_sample: samples, ...(samples && sampling) },
    most,
  };
}

interface Answered {
  readonly generation: Generation;
  readonly model: string;
  /** Maximum number of new tokens. */
  readonly most: number;
}

function openAiReply(object: string, choice: object, answered: Answered): object {
  const { generation, model, most } = answered;
  const { promptTokens, completionTokens } = generation;
  return {
    id: `${object}-${crypto.randomUUID()}`,
    object,
    created: Math.floor(Date.now() / 1000),
    model,
    choices: [
      {
        index: 0,
        ...choice,
        logprobs: null,
        finish_reason: completionTokens >= most ? "length" : "stop",
      },
    ],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
}
