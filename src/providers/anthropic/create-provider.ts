/**
 * Anthropic's messages API (`ANTHROPIC_BASE_URL`).
 *
 * A history may begin with a system message, which goes into `system`; other prompts take theirs from
 * `parameters.system`. `parameters` go into the request unchanged, and need a `max_tokens`.
 */
import type { JsonObject } from "../../domain/json/json.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import type { TokenCounts } from "../../domain/tokens/token-counts.js";
import type { AnthropicAccess } from "./client.js";
import { checkPrompt, mediaOf, messagesOf } from "./messages.js";
import { checkModelName, checkParameters } from "../check-parameters.js";
import { countTokens } from "../count-tokens.js";
import { findBaseUrl, missingKey, requireKey } from "../access/find-access.js";
import { loadOnce } from "../registry/load-once.js";
import type { Environment } from "../../domain/environment.js";
import type { Provider } from "../provider.js";

const keyVariable = "ANTHROPIC_API_KEY";
const defaultBaseUrl = "https://api.anthropic.com";

export function createAnthropicProvider(): Provider {
  const load = loadOnce(async () => {
    const client = await import("./client.js");
    return client.createAnthropicSend();
  });
  return {
    name: "anthropic",
    check: checkAnthropicRecord,
    missingVariables: (record, environment) => missingKey(keyVariable, record, environment),
    secretVariables: [keyVariable],
    media: mediaOf,
    tokensOf,
    warmUp: load,
    send: async (call) => {
      const access = accessOf(call.record, call.environment);
      const { model_name: model = "", parameters } = call.record;
      const body = { model, ...(await messagesOf(call)), ...parameters };
      const send = await load();
      return send(access, body, call.signal);
    },
  };
}

function checkAnthropicRecord(record: PromptRecord): readonly string[] {
  return [
    ...checkPrompt(record),
    ...checkModelName(record),
    ...checkParameters(record, ["model", "messages"]),
    ...checkMaxTokens(record),
  ];
}

/** https://platform.claude.com/docs/en/api/messages: without it every call is refused. */
function checkMaxTokens({ parameters }: PromptRecord): readonly string[] {
  const maxTokens = parameters?.["max_tokens"];
  return Number.isInteger(maxTokens) && Number(maxTokens) >= 1
    ? []
    : [
        `Expected \`parameters.max_tokens\` to be a whole number of tokens, got ${maxTokens === undefined ? "none" : JSON.stringify(maxTokens)}. Anthropic's API answers nothing without it: set, for instance, 1024.`,
      ];
}

/** https://platform.claude.com/docs/en/api/rate-limits: what the cache had is read, and no limit counts it. */
function tokensOf(usage: JsonObject): TokenCounts | undefined {
  const counts = countTokens(usage, {
    input: ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"],
    output: ["output_tokens"],
  });
  const uncounted = usage["cache_read_input_tokens"];
  return counts && typeof uncounted === "number" ? { ...counts, uncounted } : counts;
}

function accessOf(record: PromptRecord, environment: Environment): AnthropicAccess {
  return {
    apiKey: requireKey(keyVariable, record, environment),
    baseUrl: findBaseUrl(["ANTHROPIC_BASE_URL"], record, environment) ?? defaultBaseUrl,
  };
}
