import { OpenAI } from "openai";
import { createOpenAiProvider } from "../../../../src/providers/openai.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";
import {
  chatAnswer,
  chatForms,
  chatReply,
  completionForm,
  openAiError,
  openAiFailures,
  question,
  refusedPrompts,
} from "../chat-completions.js";
import { responsesFailures, responsesForms } from "./responses.js";

const model = "gpt-4o";

export const adapter: AdapterUnderTest = {
  name: "openai",
  create: createOpenAiProvider,
  record: { api: "openai", model_name: model, prompt: question },
  environment: (origin, key) => ({ OPENAI_BASE_URL: `${origin}/v1`, OPENAI_API_KEY: key }),
  requiredVariables: ["OPENAI_API_KEY"],
  reply: chatReply,
  answer: chatAnswer,
  errorBody: openAiError,
  forms: [
    ...chatForms("/v1/chat/completions", model),
    completionForm("/v1/completions", model),
    ...responsesForms("/v1/responses", model),
  ],
  refusedPrompts,
  failures: [...openAiFailures, ...responsesFailures],
  client: OpenAI,
  bareCall: async (origin, key) => {
    const client = new OpenAI({ apiKey: key, baseURL: `${origin}/v1`, maxRetries: 0 });
    return () =>
      client.chat.completions.create({ model, messages: [{ role: "user", content: question }] });
  },
};
