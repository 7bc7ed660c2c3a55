import { AzureOpenAI } from "openai";
import { createAzureOpenAiProvider } from "../../../../src/providers/azure-openai/create-provider.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";
import {
  asking,
  chatForms,
  completionForm,
  openAiFailures,
  openAiProtocol,
  question,
} from "../chat-completions.js";
import { responsesForms } from "../openai/responses.js";
import { blocked, permanent, throttled } from "../failure-rows.js";

const model = "my-deployment";
const apiVersion = "2024-10-21";
const deployment = `/openai/deployments/${model}`;

export const adapter: AdapterUnderTest = {
  ...openAiProtocol,
  name: "azure-openai",
  create: createAzureOpenAiProvider,
  record: { api: "azure-openai", model_name: model, prompt: question },
  environment: (origin, key) => ({
    AZURE_OPENAI_API_ENDPOINT: origin,
    AZURE_OPENAI_API_KEY: key,
    AZURE_OPENAI_API_VERSION: apiVersion,
  }),
  requiredVariables: ["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_API_ENDPOINT"],
  forms: [
    ...chatForms(`${deployment}/chat/completions?api-version=${apiVersion}`, model),
    completionForm(`${deployment}/completions?api-version=${apiVersion}`, model),
    ...responsesForms(`/openai/responses?api-version=${apiVersion}`, model),
  ],
  failures: [
    ...openAiFailures,
    {
      title: "a key of another resource",
      reply: {
        status: 401,
        body: { error: { code: "401", message: "Access denied due to invalid subscription key." } },
      },
      ...blocked("Authentication"),
    },
    {
      title: "an unknown deployment",
      reply: {
        status: 404,
        body: {
          error: {
            code: "DeploymentNotFound",
            message: "The API deployment for this resource does not exist.",
          },
        },
      },
      ...permanent("NotFound"),
    },
    {
      title: "a 429 that asks in two headers",
      reply: {
        status: 429,
        headers: { "retry-after": "2", "retry-after-ms": "1234" },
        body: { error: { code: "429", message: "Requests have exceeded the call rate limit." } },
      },
      ...throttled(1_234),
    },
  ],
  bareCall: async (origin, key) => {
    const client = new AzureOpenAI({ endpoint: origin, apiKey: key, apiVersion, maxRetries: 0 });
    return asking(client, model);
  },
};
