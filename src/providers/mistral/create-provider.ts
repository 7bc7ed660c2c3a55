/**
 * Mistral's API. It uses OpenAI's protocol without the old completions and the Responses API, and
 * rejects unknown parameters (https://docs.mistral.ai/api/endpoint/chat).
 */
import { findBaseUrl, requireKey } from "../access/find-access.js";
import { createOpenAiProtocolProvider } from "../openai-protocol/create-provider.js";
import type { Provider } from "../provider.js";

const keyVariable = "MISTRAL_API_KEY";
const defaultBaseUrl = "https://api.mistral.ai/v1";

/** Parameters with a different name at Mistral, by OpenAI's name. */
const renamedParameters = { seed: "random_seed", max_completion_tokens: "max_tokens" };

export function createMistralProvider(): Provider {
  return createOpenAiProtocolProvider({
    name: "mistral",
    modes: ["chat"],
    renamedParameters,
    requiredVariables: [keyVariable],
    secretVariables: [keyVariable],
    priceList: { vendor: "mistral", baseUrls: ["MISTRAL_BASE_URL"] },
    accessOf: (record, environment) => ({
      apiKey: requireKey(keyVariable, record, environment),
      baseUrl: findBaseUrl(["MISTRAL_BASE_URL"], record, environment) ?? defaultBaseUrl,
    }),
  });
}
