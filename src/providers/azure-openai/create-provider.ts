/**
 * Microsoft's deployments of OpenAI's models; a record's `model_name` is the name of a deployment.
 */
import { lookUp } from "../access/environment.js";
import { requireEndpoint, requireKey } from "../access/find-access.js";
import { createOpenAiProtocolProvider } from "../openai-protocol/create-provider.js";
import type { Provider } from "../provider.js";

const keyVariable = "AZURE_OPENAI_API_KEY";
const endpointVariable = "AZURE_OPENAI_API_ENDPOINT";
const versionVariable = "AZURE_OPENAI_API_VERSION";
/** Default API version of prompto. The Responses API needs a newer version. */
const defaultVersion = "2024-02-01";

/**
 * Maximum bytes of an image file:
 * https://learn.microsoft.com/en-us/azure/ai-services/openai/concepts/gpt-with-vision
 */
const mostImageBytes = 20_000_000;

export function createAzureOpenAiProvider(): Provider {
  return createOpenAiProtocolProvider({
    name: "azure-openai",
    requiredVariables: [keyVariable, endpointVariable],
    secretVariables: [keyVariable],
    priceList: { vendor: "azure", baseUrls: [] },
    mostImageBytes,
    accessOf: (record, environment) => {
      const version = lookUp(environment, versionVariable, record.model_name) ?? defaultVersion;
      return {
        apiKey: requireKey(keyVariable, record, environment),
        ...addressOf(requireEndpoint(endpointVariable, record, environment), version),
      };
    },
  });
}

/**
 * Returns the address for a call. The paths of the newer address,
 * `https://….openai.azure.com/openai/v1`, have neither deployments nor versions.
 */
function addressOf(
  endpoint: string,
  version: string,
): { readonly baseUrl: string; readonly azureVersion?: string } {
  return endpoint.endsWith("/openai/v1")
    ? { baseUrl: endpoint }
    : { baseUrl: `${endpoint}/openai`, azureVersion: version };
}
