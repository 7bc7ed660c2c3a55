/**
 * OpenAI's API, and every server that speaks it (`OPENAI_BASE_URL`).
 *
 * `mode` `completion` sends a text to the old completions API; chats and histories always go to chat completions.
 * `parameters` go into the request unchanged.
 */
import { isJsonObject } from "../domain/json.js";
import type { PromptRecord } from "../domain/prompt-record.js";
import { lookUp, modelVariable } from "./environment.js";
import type { OpenAiAccess, OpenAiRequest, OpenAiSend } from "./openai-client.js";
import { checkPromptForm, mediaOf, messagesOf } from "./openai-messages.js";
import { ProviderError } from "./provider.js";
import type { Environment, Provider, ProviderCall } from "./provider.js";

const keyVariable = "OPENAI_API_KEY";
const defaultBaseUrl = "https://api.openai.com/v1";

export function createOpenAiProvider(): Provider {
  let loading: Promise<OpenAiSend> | undefined;
  const load = async (): Promise<OpenAiSend> =>
    (loading ??= import("./openai-client.js").then((client) => client.createOpenAiSend()));
  return {
    name: "openai",
    check: checkOpenAiRecord,
    missingVariables: (record, environment) =>
      lookUp(environment, keyVariable, record.model_name) === undefined
        ? [keyVariables(record).reverse().join(" or ")]
        : [],
    secretVariables: [keyVariable],
    media: mediaOf,
    warmUp: async () => {
      await load();
    },
    send: async (call) => {
      const access = accessOf(call.record, call.environment);
      const request = await requestOf(call);
      const send = await load();
      return send(access, request, call.signal);
    },
  };
}

function keyVariables({ model_name: model }: PromptRecord): string[] {
  return model === undefined ? [keyVariable] : [keyVariable, modelVariable(keyVariable, model)];
}

function checkOpenAiRecord(record: PromptRecord): readonly string[] {
  const { model_name: model, mode } = record;
  const problems = [
    checkPromptForm(record.prompt),
    typeof model === "string" && model !== ""
      ? undefined
      : `Expected \`model_name\` to be the name of a model, got ${model === undefined ? "none" : JSON.stringify(model)}.`,
    isMode(mode)
      ? undefined
      : `Invalid mode value. Must be 'chat' or 'completion', not ${asText(mode)}`,
    ...checkParameters(record.parameters),
  ];
  return problems.filter((problem) => problem !== undefined);
}

function isMode(mode: unknown): boolean {
  return mode === undefined || mode === "chat" || mode === "completion";
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

const ownKeys = ["model", "messages", "prompt"];
const clientOptions = ["extra_body", "extra_headers", "extra_query"];

function checkParameters(parameters: PromptRecord["parameters"]): readonly string[] {
  if (parameters === undefined || parameters === null) return [];
  if (!isJsonObject(parameters)) {
    return [`Expected \`parameters\` to be an object, got ${JSON.stringify(parameters)}.`];
  }
  return Object.keys(parameters).flatMap((name) => {
    if (name === "stream" && parameters["stream"] === true) {
      return ["`parameters.stream` can't be true: an answer is recorded whole. Leave it out."];
    }
    if (ownKeys.includes(name)) {
      return [`\`parameters.${name}\` is set by the record itself (\`model_name\`, \`prompt\`).`];
    }
    return clientOptions.includes(name)
      ? [`\`parameters.${name}\` is an option of Python's client, no parameter of the API.`]
      : [];
  });
}

function accessOf(record: PromptRecord, environment: Environment): OpenAiAccess {
  const find = (variable: string): string | undefined =>
    lookUp(environment, variable, record.model_name);
  const apiKey = find(keyVariable);
  if (apiKey === undefined) throw blocked(missingKeyMessage(record));
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw blocked(`\`${keyVariable}\` holds a space or a letter that no key has. Correct it.`);
  }
  const baseUrl = find("OPENAI_BASE_URL") ?? defaultBaseUrl;
  if (!isUsable(baseUrl)) {
    throw blocked(
      "Expected `OPENAI_BASE_URL` to be a URL without user and password, such as http://127.0.0.1:8000/v1.",
    );
  }
  const organization = find("OPENAI_ORG_ID");
  const project = find("OPENAI_PROJECT_ID");
  return {
    apiKey,
    baseUrl,
    ...(organization !== undefined && { organization }),
    ...(project !== undefined && { project }),
  };
}

function isUsable(baseUrl: string): boolean {
  if (!URL.canParse(baseUrl)) return false;
  const { protocol, username, password } = new URL(baseUrl);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}

function missingKeyMessage(record: PromptRecord): string {
  const names = keyVariables(record).map((name) => `'${name}'`);
  const isUnset =
    names.length > 1
      ? `Neither ${names.join(" nor ")} environment variable is set`
      : `${names.join("")} environment variable is not set`;
  return `${isUnset}. Set it in the environment file or for the worker, then resume.`;
}

function blocked(message: string): ProviderError {
  return new ProviderError(message, { kind: "missing-key" });
}

async function requestOf(call: ProviderCall): Promise<OpenAiRequest> {
  const { model_name: model = "", mode, parameters, prompt } = call.record;
  if (!isMode(mode)) {
    throw new ProviderError(`mode must be one of 'chat' or 'completion', not ${asText(mode)}`, {
      kind: "bad-prompt",
    });
  }
  const given = parameters ?? {};
  if (mode === "completion" && typeof prompt === "string") {
    return { path: "/completions", body: { model, prompt, ...given } };
  }
  const messages = await messagesOf(call);
  return { path: "/chat/completions", body: { model, messages, ...given } };
}
