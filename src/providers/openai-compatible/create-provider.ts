/**
 * Any server with OpenAI's protocol: vLLM, LM Studio, llama.cpp, OpenRouter, Groq, DeepSeek,
 * Together … Models may use different servers through their own variables.
 */
import { findKey, requireEndpoint } from "../access/find-access.js";
import { createOpenAiProtocolProvider } from "../openai-protocol/create-provider.js";
import type { Provider } from "../provider.js";

const keyVariable = "OPENAI_COMPATIBLE_API_KEY";
const urlVariable = "OPENAI_COMPATIBLE_BASE_URL";
/** The client requires a key; servers without keys accept any. */
const noKey = "-";

export function createOpenAiCompatibleProvider(): Provider {
  return createOpenAiProtocolProvider({
    name: "openai-compatible",
    requiredVariables: [urlVariable],
    secretVariables: [keyVariable],
    priceList: { baseUrls: [urlVariable] },
    accessOf: (record, environment) => ({
      apiKey: findKey(keyVariable, record, environment) ?? noKey,
      baseUrl: requireEndpoint(urlVariable, record, environment),
    }),
  });
}
