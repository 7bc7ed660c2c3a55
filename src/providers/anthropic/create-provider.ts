/**
 * Anthropic's messages API (`ANTHROPIC_BASE_URL`).
 *
 * A history may begin with a system message, which becomes `system`. Other prompts use the system
 * message in `parameters.system`. `parameters` are sent unchanged. If `max_tokens` is missing, its
 * default is sent.
 */
import { missingKey } from "../access/find-access.js";
import type { Provider } from "../provider.js";
import { loadOnce } from "../registry/load-once.js";
import { anthropicKeyVariable, findAnthropicAccess } from "./access.js";
import { checkAnthropicRecord } from "./check-record.js";
import { mediaOf, messagesOf } from "./messages.js";
import { anthropicTokens } from "./tokens.js";

/**
 * Default parameters. The API refuses a call without `max_tokens`:
 * https://platform.claude.com/docs/en/api/messages. Every model of Anthropic accepts this number.
 */
const demandedParameters = { max_tokens: 4096 };

export function createAnthropicProvider(): Provider {
  const load = loadOnce(async () => {
    const client = await import("./client.js");
    return client.createAnthropicSend();
  });
  return {
    name: "anthropic",
    check: checkAnthropicRecord,
    missingVariables: (record, environment) =>
      missingKey(anthropicKeyVariable, record, environment),
    secretVariables: [anthropicKeyVariable],
    priceList: { vendor: "anthropic", baseUrls: ["ANTHROPIC_BASE_URL"] },
    media: mediaOf,
    tokensOf: anthropicTokens,
    demandedParameters,
    warmUp: load,
    send: async (call) => {
      const access = findAnthropicAccess(call.record, call.environment);
      const { model_name: model = "", parameters } = call.record;
      const body = { model, ...(await messagesOf(call)), ...demandedParameters, ...parameters };
      const send = await load();
      return send(access, body, call.signal);
    },
  };
}
