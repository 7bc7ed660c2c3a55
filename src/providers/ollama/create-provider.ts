/**
 * Ollama's own API (`OLLAMA_API_ENDPOINT`). Texts go to `/api/generate`, chats and histories to
 * `/api/chat`. Ollama's JavaScript client is not used, because its calls accept neither a timeout
 * nor a signal.
 *
 * `parameters` become the `options` of a request, except for the request fields outside of the
 * options. Loading a model takes long, so an experiment sends all records of one model before those
 * of the next model.
 */
import type { JsonObject } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import { checkModelName, checkParameters } from "../check-parameters.js";
import { countTokens } from "../tokens/count-tokens.js";
import { lookUp } from "../access/environment.js";
import { missingKey, requireEndpoint } from "../access/find-access.js";
import { loadOnce } from "../registry/load-once.js";
import { readOllamaAnswer } from "./answer.js";
import { badPrompt, checkPrompt, mediaOf, messagesOf } from "./messages.js";
import type { PostJson } from "../http/post-json.js";
import type { Provider, ProviderCall } from "../provider.js";

const endpointVariable = "OLLAMA_API_ENDPOINT";
const keyVariable = "OLLAMA_API_KEY";

export function createOllamaProvider(): Provider {
  const load = loadOnce(async () => {
    const client = await import("../http/post-json.js");
    return client.createPostJson();
  });
  return {
    name: "ollama",
    check: (record) => [
      ...checkPrompt(record),
      ...checkModelName(record),
      ...checkParameters(record, ["model", "prompt", "messages", "options", "images"]),
    ],
    missingVariables: (record, environment) => missingKey(endpointVariable, record, environment),
    secretVariables: [keyVariable],
    media: mediaOf,
    sortsByModel: true,
    tokensOf: (usage) =>
      countTokens(usage, { input: ["prompt_eval_count"], output: ["eval_count"] }),
    longestAnswer: ["num_predict"],
    warmUp: load,
    send: async (call) => send(call, await load()),
  };
}

async function send(call: ProviderCall, post: PostJson): Promise<Answer> {
  const { record, environment, signal } = call;
  const [problem] = checkPrompt(record);
  if (problem !== undefined) throw badPrompt(problem);
  const { model_name: model = "", prompt } = record;
  const endpoint = requireEndpoint(endpointVariable, record, environment);
  const isText = typeof prompt === "string";
  const asked = isText ? { prompt } : { messages: await messagesOf(call) };
  return post({
    url: `${endpoint}/api/${isText ? "generate" : "chat"}`,
    apiKey: lookUp(environment, keyVariable, model),
    body: { model, ...asked, stream: false, ...requestParameters(record.parameters ?? {}) },
    signal,
    reader: { vendor: "Ollama", read: readOllamaAnswer },
  });
}

/** Request fields outside of `options`: https://docs.ollama.com/api. */
const besideOptions: readonly string[] = [
  "format",
  "keep_alive",
  "logprobs",
  "raw",
  "suffix",
  "system",
  "template",
  "think",
  "tools",
  "top_logprobs",
];

function requestParameters(parameters: JsonObject): JsonObject {
  const entries = Object.entries(parameters);
  const beside = entries.filter(([name]) => besideOptions.includes(name));
  const options = entries.filter(([name]) => !besideOptions.includes(name) && name !== "stream");
  return {
    ...Object.fromEntries(beside),
    ...(options.length > 0 && { options: Object.fromEntries(options) }),
  };
}
