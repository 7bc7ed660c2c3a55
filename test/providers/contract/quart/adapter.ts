import { createQuartProvider } from "../../../../src/providers/quart/create-provider.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";

const prompt = "What is a canon?";
const body = { text: prompt, model: "vicgalle/gpt2-open-instruct-v1", options: {} };
/** As prompto's server answers: transformers' list, and the model that it serves. */
const reply = {
  response: [{ generated_text: "A round" }],
  model: "vicgalle/gpt2-open-instruct-v1",
};

export const adapter: AdapterUnderTest = {
  name: "quart",
  create: createQuartProvider,
  record: { api: "quart", model_name: "vicgalle/gpt2-open-instruct-v1", prompt },
  environment: (origin, key) => ({ QUART_API_ENDPOINT: origin, QUART_API_KEY: key }),
  requiredVariables: ["QUART_API_ENDPOINT"],
  reply,
  textPath: ["response", 0, "generated_text"],
  oddMembers: { reply: { model: 7 }, answer: { model: 7 } },
  answer: { response: "A round", model: "vicgalle/gpt2-open-instruct-v1" },
  errorBody: (message) => ({ error: message }),
  hasErrorCodes: false,
  forms: [
    { title: "a text", given: {}, sent: { path: "/generate", body } },
    {
      title: "a text with parameters as options",
      given: { parameters: { max_new_tokens: 20 } },
      sent: { path: "/generate", body: { ...body, options: { max_new_tokens: 20 } } },
    },
  ],
  refusedPrompts: [3, ["One?", "Two?"], [{ role: "user", content: "Hi" }]],
  failures: [],
  bareCall: async (origin, key) => async () => {
    const response = await fetch(`${origin}/generate`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    });
    return response.json();
  },
};
