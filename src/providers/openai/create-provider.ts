/** OpenAI's API, and every server with its protocol (`OPENAI_BASE_URL`). */
import { defined } from "../../domain/defined.js";
import { lookUp } from "../access/environment.js";
import { findBaseUrl, requireKey } from "../access/find-access.js";
import { createOpenAiProtocolProvider } from "../openai-protocol/create-provider.js";
import type { Provider } from "../provider.js";

const keyVariable = "OPENAI_API_KEY";
const defaultBaseUrl = "https://api.openai.com/v1";

/**
 * Maximum bytes of an image file: a request may have 512 MB of base64
 * (https://platform.openai.com/docs/guides/images-vision).
 */
const mostImageBytes = 384_000_000;

export function createOpenAiProvider(): Provider {
  return createOpenAiProtocolProvider({
    name: "openai",
    requiredVariables: [keyVariable],
    secretVariables: [keyVariable],
    priceList: { vendor: "openai", baseUrls: ["OPENAI_BASE_URL"] },
    mostImageBytes,
    accessOf: (record, environment) => {
      const find = (variable: string): string | undefined =>
        lookUp(environment, variable, record.model_name);
      const organization = find("OPENAI_ORG_ID");
      const project = find("OPENAI_PROJECT_ID");
      return {
        apiKey: requireKey(keyVariable, record, environment),
        baseUrl: findBaseUrl(["OPENAI_BASE_URL"], record, environment) ?? defaultBaseUrl,
        ...defined({ organization, project }),
      };
    },
  });
}
