import { OpenAI } from "openai";
import { createHuggingfaceTgiProvider } from "../../../../src/providers/huggingface-tgi/create-provider.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";
import {
  asking,
  chatForms,
  completionForm,
  openAiProtocol,
  question,
} from "../chat-completions.js";
import { permanent, throttled, transient } from "../failure-rows.js";

/** As https://github.com/huggingface/text-generation-inference writes it. */
function errorBody(message: string, code = "generation"): unknown {
  return { error: message, error_type: code };
}

export const adapter: AdapterUnderTest = {
  ...openAiProtocol,
  name: "huggingface-tgi",
  create: createHuggingfaceTgiProvider,
  record: { api: "huggingface-tgi", model_name: "mistral-7b", prompt: question },
  environment: (origin, key) => ({
    HUGGINGFACE_TGI_API_ENDPOINT: origin,
    HUGGINGFACE_TGI_API_KEY: key,
  }),
  requiredVariables: ["HUGGINGFACE_TGI_API_ENDPOINT"],
  errorBody,
  forms: [...chatForms("/v1/chat/completions", "tgi"), completionForm("/v1/completions", "tgi")],
  failures: [
    {
      title: "a server that has too much to do",
      reply: { status: 429, body: errorBody("Model is overloaded", "overloaded") },
      ...throttled(),
    },
    {
      title: "a prompt that is too long",
      reply: { status: 422, body: errorBody("`inputs` must have less than 4096", "validation") },
      ...permanent("Unprocessable"),
    },
    {
      title: "a failure of the model",
      reply: { status: 424, body: errorBody("CUDA out of memory") },
      ...transient("ServerError"),
    },
  ],
  bareCall: async (origin, key) => {
    const client = new OpenAI({ apiKey: key, baseURL: `${origin}/v1`, maxRetries: 0 });
    return asking(client, "tgi");
  },
};
