import { GoogleGenAI } from "@google/genai";
import { createGeminiProvider } from "../../../../src/providers/gemini/create-provider.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";
import { content, googleProtocol, model, prompt, safetySettings } from "../google.js";
import { commonFailures } from "../google-failures.js";
import { commonForms, commonRefusals } from "../google-forms.js";
import { png } from "../png.js";

const path = `/v1beta/models/${model}:generateContent`;

export const adapter: AdapterUnderTest = {
  ...googleProtocol,
  name: "gemini",
  create: createGeminiProvider,
  record: { api: "gemini", model_name: model, prompt },
  environment: (origin, key) => ({ GEMINI_BASE_URL: origin, GEMINI_API_KEY: key }),
  requiredVariables: ["GEMINI_API_KEY"],
  forms: [
    ...commonForms(path),
    {
      title: "images of the media folder under their real type, by address and as data",
      given: {
        prompt: [
          {
            role: "user",
            parts: [
              "What?",
              { type: "image", media: "a/b.jpg" },
              { type: "image", media: "https://example.org/a.png", mime_type: "image/png" },
              { type: "image", media: "data:image/png;base64,AAAA" },
            ],
          },
        ],
      },
      media: { "a/b.jpg": png },
      sent: {
        path,
        body: {
          contents: [
            content(
              "user",
              { text: "What?" },
              { inlineData: { mimeType: "image/png", data: png.toString("base64") } },
              { fileData: { fileUri: "https://example.org/a.png", mimeType: "image/png" } },
              { inlineData: { mimeType: "image/png", data: "AAAA" } },
            ),
          ],
          safetySettings,
          generationConfig: {},
        },
        headers: { "x-goog-api-key": "sk-canary-8c1fd5e0b7" },
      },
    },
  ],
  refusedPrompts: [
    ...commonRefusals,
    [{ role: "user", parts: [{ type: "video", media: "a.mp4" }] }],
  ],
  failures: commonFailures,
  bareCall: async (origin, key) => {
    const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: origin } });
    return () => client.models.generateContent({ model, contents: prompt });
  },
};
