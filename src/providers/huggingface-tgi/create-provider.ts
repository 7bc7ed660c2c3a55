/**
 * Hugging Face's text-generation-inference. Each server has one model, so `model_name` only selects
 * the server.
 */
import { findKey, requireEndpoint } from "../access/find-access.js";
import { createOpenAiProtocolProvider } from "../openai-protocol/create-provider.js";
import type { Provider } from "../provider.js";

const keyVariable = "HUGGINGFACE_TGI_API_KEY";
const endpointVariable = "HUGGINGFACE_TGI_API_ENDPOINT";
/** The client requires a key; servers without keys accept any. */
const noKey = "-";

export function createHuggingfaceTgiProvider(): Provider {
  return createOpenAiProtocolProvider({
    name: "huggingface-tgi",
    modes: ["chat", "completion"],
    requiredVariables: [endpointVariable],
    secretVariables: [keyVariable],
    model: "tgi",
    accessOf: (record, environment) => {
      const endpoint = requireEndpoint(endpointVariable, record, environment);
      return {
        apiKey: findKey(keyVariable, record, environment) ?? noKey,
        baseUrl: `${endpoint.replace(/\/v1$/, "")}/v1`,
      };
    },
  });
}
