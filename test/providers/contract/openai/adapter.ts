import { OpenAI } from "openai";
import { createOpenAiProvider } from "../../../../src/providers/openai/create-provider.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";
import {
  asking,
  chatForms,
  completionForm,
  openAiFailures,
  openAiProtocol,
  question,
} from "../chat-completions.js";
import { responsesFailures, responsesForms } from "./responses.js";

const model = "gpt-4o";

export const adapter: AdapterUnderTest = {
  ...openAiProtocol,
  name: "openai",
  create: createOpenAiProvider,
  record: { api: "openai", model_name: model, prompt: question },
  environment: (origin, key) => ({ OPENAI_BASE_URL: `${origin}/v1`, OPENAI_API_KEY: key }),
  requiredVariables: ["OPENAI_API_KEY"],
  forms: [
    ...chatForms("/v1/chat/completions", model),
    completionForm("/v1/completions", model),
    ...responsesForms("/v1/responses", model),
  ],
  failures: [...openAiFailures, ...responsesFailures],
  bareCall: async (origin, key) => {
    const client = new OpenAI({ apiKey: key, baseURL: `${origin}/v1`, maxRetries: 0 });
    return asking(client, model);
  },
};
