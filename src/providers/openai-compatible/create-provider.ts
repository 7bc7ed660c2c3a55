/**
 * Any server that speaks OpenAI's protocol: vLLM, LM Studio, llama.cpp, OpenRouter, Groq, Mistral, DeepSeek … Several can be
 * used side by side, each under its models' own variables.
 */
import { findKey, requireEndpoint } from "../access/find-access.js";
import { createOpenAiProtocolProvider } from "../openai-protocol/create-provider.js";
import type { Provider } from "../provider.js";

const keyVariable = "OPENAI_COMPATIBLE_API_KEY";
const urlVariable = "OPENAI_COMPATIBLE_BASE_URL";
/** The client wants one; servers without keys take any. */
const noKey = "-";

export function createOpenAiCompatibleProvider(): Provider {
  return createOpenAiProtocolProvider({
    name: "openai-compatible",
    requiredVariables: [urlVariable],
    secretVariables: [keyVariable],
    accessOf: (record, environment) => ({
      apiKey: findKey(keyVariable, record, environment) ?? noKey,
      baseUrl: requireEndpoint(urlVariable, record, environment),
    }),
  });
}
