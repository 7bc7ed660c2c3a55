import { GoogleGenAI } from "@google/genai";
import { createVertexAiProvider } from "../../../../src/providers/vertexai/create-provider.js";
import type { AdapterUnderTest } from "../adapter-under-test.js";
import { content, googleProtocol, model, prompt, safetySettings } from "../google.js";
import { commonFailures } from "../google-failures.js";
import { commonForms, commonRefusals } from "../google-forms.js";
import { png } from "../png.js";

const place = { project: "choir-7", location: "europe-west1" };
const path = `/v1beta1/projects/choir-7/locations/europe-west1/publishers/google/models/${model}:generateContent`;
const mp4 = Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "latin1");

export const adapter: AdapterUnderTest = {
  ...googleProtocol,
  name: "vertexai",
  create: createVertexAiProvider,
  record: { api: "vertexai", model_name: model, prompt },
  environment: (origin, key) => ({
    VERTEXAI_BASE_URL: origin,
    VERTEXAI_PROJECT_ID: place.project,
    VERTEXAI_LOCATION_ID: place.location,
    VERTEXAI_API_KEY: key,
  }),
  requiredVariables: [],
  forms: [
    ...commonForms(path),
    {
      title: "images and videos of the media folder under their real types, and others by address",
      given: {
        prompt: [
          {
            role: "user",
            parts: [
              { type: "image", media: "a/b.jpg" },
              { type: "video", media: "c.avi", mime_type: "video/avi" },
              { type: "image", media: "gs://bucket/a.png", mime_type: "image/png" },
              { type: "video", media: "gs://bucket/b.mov", mime_type: "video/quicktime" },
              { type: "uri", media: "https://example.org/c.pdf", mime_type: "application/pdf" },
            ],
          },
        ],
      },
      media: { "a/b.jpg": png, "c.avi": mp4 },
      sent: {
        path,
        body: {
          contents: [
            content(
              "user",
              { inlineData: { mimeType: "image/png", data: png.toString("base64") } },
              { inlineData: { mimeType: "video/mp4", data: mp4.toString("base64") } },
              { fileData: { fileUri: "gs://bucket/a.png", mimeType: "image/png" } },
              { fileData: { fileUri: "gs://bucket/b.mov", mimeType: "video/quicktime" } },
              { fileData: { fileUri: "https://example.org/c.pdf", mimeType: "application/pdf" } },
            ),
          ],
          safetySettings,
          generationConfig: {},
        },
      },
    },
  ],
  refusedPrompts: [
    ...commonRefusals,
    [{ role: "user", parts: [{ type: "audio", media: "a.mp3" }] }],
    [{ role: "user", parts: [{ type: "video", media: "a.mp4" }] }],
    [{ role: "user", parts: [{ type: "uri", media: "gs://bucket/a.mp4" }] }],
    [{ role: "user", parts: [{ type: "image", media: "gs://bucket/a.png" }] }],
  ],
  failures: commonFailures,
  bareCall: async (origin, key) => {
    const client = new GoogleGenAI({
      vertexai: true,
      apiKey: key,
      ...place,
      httpOptions: { baseUrl: origin },
    });
    return () => client.models.generateContent({ model, contents: prompt });
  },
};
