/**
 * Gemini and other models on Google Cloud's Vertex AI (`VERTEXAI_BASE_URL`).
 *
 * Credentials are found as in Google's own libraries: the application default credentials of
 * `gcloud`, the file in `GOOGLE_APPLICATION_CREDENTIALS`, or the machine's service account.
 * `VERTEXAI_API_KEY` is an alternative. `parameters` and `safety_filter` work as in `gemini`.
 */
import { bodyOf } from "../google-protocol/body.js";
import { checkGoogleRecord } from "../google-protocol/check-record.js";
import { checkPrompt, contentsOf, mediaOf } from "../google-protocol/messages.js";
import { toNativePart } from "../google-protocol/parts.js";
import { googleTokens } from "../google-protocol/tokens.js";
import { loadOnce } from "../registry/load-once.js";
import type { Provider } from "../provider.js";
import { findVertexAccess, vertexKeyVariable, vertexUrlVariables } from "./access.js";
import { vertexParts } from "./parts.js";

export function createVertexAiProvider(): Provider {
  const load = loadOnce(async () => {
    const client = await import("../google-protocol/client.js");
    return client.createGoogleClient();
  });
  return {
    name: "vertexai",
    check: (record) => [...checkPrompt(record, vertexParts), ...checkGoogleRecord(record)],
    missingVariables: () => [],
    secretVariables: [vertexKeyVariable],
    priceList: { vendor: "google", baseUrls: vertexUrlVariables },
    media: (record) => mediaOf(record, vertexParts),
    tokensOf: googleTokens,
    longestAnswer: ["maxOutputTokens", "max_output_tokens"],
    warmUp: load,
    send: async (call) => {
      const { record, environment, signal, mediaFolder } = call;
      const access = findVertexAccess(record, environment);
      const client = await load();
      const contents = await contentsOf(call, vertexParts, (part) =>
        toNativePart(part, vertexParts.fileOf(part), mediaFolder),
      );
      const { model_name: model = "" } = record;
      return client.generate(access, { model, body: bodyOf(record, contents) }, signal);
    },
  };
}
