/**
 * Google's Gemini API (`GEMINI_BASE_URL`, or the client's own `GOOGLE_GEMINI_BASE_URL`).
 *
 * `parameters` go into the generation config unchanged, but for those that the API has beside it: `tools`,
 * `system_instruction` and the like. `safety_filter` sets the safety settings.
 */
import type { PromptRecord } from "../domain/prompt-record.js";
import { findBaseUrl, missingKey, requireKey } from "./find-access.js";
import { geminiParts, toGeminiPart } from "./gemini-parts.js";
import { bodyOf, checkGoogleRecord } from "./google-body.js";
import type { GoogleAccess, GoogleClient } from "./google-client.js";
import { checkPrompt, contentsOf, mediaOf } from "./google-contents.js";
import type { Environment, Provider } from "./provider.js";

const keyVariable = "GEMINI_API_KEY";
const urlVariables = ["GEMINI_BASE_URL", "GOOGLE_GEMINI_BASE_URL"];
const defaultBaseUrl = "https://generativelanguage.googleapis.com";

export function createGeminiProvider(): Provider {
  let loading: Promise<GoogleClient> | undefined;
  const load = async (): Promise<GoogleClient> =>
    (loading ??= import("./google-client.js").then((client) => client.createGoogleClient()));
  return {
    name: "gemini",
    check: (record) => [...checkPrompt(record, geminiParts), ...checkGoogleRecord(record)],
    missingVariables: (record, environment) => missingKey(keyVariable, record, environment),
    secretVariables: [keyVariable],
    media: (record) => mediaOf(record, geminiParts),
    warmUp: async () => {
      await load();
    },
    send: async (call) => {
      const { record, environment, signal, mediaFolder } = call;
      const access = accessOf(record, environment);
      const client = await load();
      const findFile = async (name: string): Promise<{ fileUri: string; mimeType: string }> => {
        const { uri, mimeType } = await client.findFile(access, name, signal);
        return { fileUri: uri, mimeType };
      };
      const contents = await contentsOf(call, geminiParts, (part) =>
        toGeminiPart(part, { mediaFolder, findFile }),
      );
      const { model_name: model = "" } = record;
      return client.generate(access, { model, body: bodyOf(record, contents) }, signal);
    },
  };
}

function accessOf(record: PromptRecord, environment: Environment): GoogleAccess {
  return {
    apiKey: requireKey(keyVariable, record, environment),
    baseUrl: findBaseUrl(urlVariables, record, environment) ?? defaultBaseUrl,
  };
}
