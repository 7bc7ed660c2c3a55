/**
 * prompto's own server for a local model (`QUART_API_ENDPOINT`), which `ostinato serve-model` also
 * implements. It accepts only text; `parameters` become the `options` of a request.
 */
import { isJsonArray, isJsonObject } from "../../domain/json/json.js";
import type { JsonValue } from "../../domain/json/json.js";
import type { Answer } from "../../domain/record/outcome.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { makeAnswer } from "../answer/make-answer.js";
import { textIn } from "../answer/text-in.js";
import { checkModelName, checkParameters } from "../check-parameters.js";
import { lookUp } from "../access/environment.js";
import { missingKey, requireEndpoint } from "../access/find-access.js";
import { loadOnce } from "../registry/load-once.js";
import type { PostJson } from "../http/post-json.js";
import { ProviderError } from "../provider.js";
import type { Provider, ProviderCall } from "../provider.js";

const endpointVariable = "QUART_API_ENDPOINT";
const keyVariable = "QUART_API_KEY";

export function createQuartProvider(): Provider {
  const load = loadOnce(async () => {
    const client = await import("../http/post-json.js");
    return client.createPostJson();
  });
  return {
    name: "quart",
    check: (record) => [
      ...checkPrompt(record),
      ...checkModelName(record),
      ...checkParameters(record, []),
    ],
    missingVariables: (record, environment) => missingKey(endpointVariable, record, environment),
    secretVariables: [keyVariable],
    longestAnswer: ["max_new_tokens"],
    warmUp: load,
    send: async (call) => send(call, await load()),
  };
}

async function send(
  { record, environment, signal }: ProviderCall,
  post: PostJson,
): Promise<Answer> {
  const [problem] = checkPrompt(record);
  if (problem !== undefined) throw new ProviderError(problem, { kind: "bad-prompt" });
  const { model_name: model = "", parameters } = record;
  return post({
    url: `${requireEndpoint(endpointVariable, record, environment)}/generate`,
    apiKey: lookUp(environment, keyVariable, model),
    body: { text: record.prompt, model, options: parameters ?? {} },
    signal,
    reader: { vendor: "quart", read: readQuartAnswer },
  });
}

function checkPrompt({ prompt }: PromptRecord): readonly string[] {
  if (typeof prompt === "string") return [];
  const got = Array.isArray(prompt) ? "a list" : typeof prompt;
  return [`if api == 'quart', then prompt must be a string, not ${got}`];
}

function readQuartAnswer(body: JsonValue): Answer | { readonly problem: string } {
  const { response: list = null, model } = isJsonObject(body) ? body : {};
  const first = isJsonArray(list) ? (list[0] ?? null) : list;
  const text = isJsonObject(first) ? (first["generated_text"] ?? null) : first;
  if (text === null) return { problem: "there is no `response[0].generated_text`." };
  return makeAnswer({ response: textIn(text).text, model });
}
