/**
 * Google's Gemini API (`GEMINI_BASE_URL`, or the client's own `GOOGLE_GEMINI_BASE_URL`).
 *
 * `parameters` are sent unchanged in the generation config, except for request fields such as
 * `tools` and `system_instruction`. `safety_filter` sets the safety settings.
 */
import { missingKey } from "../access/find-access.js";
import { findGeminiAccess, geminiKeyVariable, geminiName, geminiUrlVariables } from "./access.js";
import { geminiParts, toGeminiPart } from "./parts.js";
import { bodyOf } from "../google-protocol/body.js";
import { checkGoogleRecord } from "../google-protocol/check-record.js";
import { checkPrompt, contentsOf, mediaOf } from "../google-protocol/messages.js";
import { googleTokens } from "../google-protocol/tokens.js";
import { loadOnce } from "../registry/load-once.js";
import type { Provider } from "../provider.js";

export function createGeminiProvider(): Provider {
  const load = loadOnce(async () => {
    const client = await import("../google-protocol/client.js");
    return client.createGoogleClient();
  });
  return {
    name: geminiName,
    check: (record) => [...checkPrompt(record, geminiParts), ...checkGoogleRecord(record)],
    missingVariables: (record, environment) => missingKey(geminiKeyVariable, record, environment),
    secretVariables: [geminiKeyVariable],
    priceList: { vendor: "google", baseUrls: geminiUrlVariables },
    media: (record) => mediaOf(record, geminiParts),
    tokensOf: googleTokens,
    longestAnswer: ["maxOutputTokens", "max_output_tokens"],
    warmUp: load,
    send: async (call) => {
      const { record, environment, signal, mediaFolder } = call;
      const access = findGeminiAccess(record, environment);
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
