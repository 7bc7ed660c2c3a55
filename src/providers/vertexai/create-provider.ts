/**
 * Gemini and other models on Google Cloud's Vertex AI (`VERTEXAI_BASE_URL`).
 *
 * Who pays is found as in Google's own libraries: the application default credentials of `gcloud`, a file that
 * `GOOGLE_APPLICATION_CREDENTIALS` names, or the machine's service account; or `VERTEXAI_API_KEY`. `parameters` and
 * `safety_filter` as with `gemini`.
 */
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { lookUp } from "../access/environment.js";
import { findBaseUrl, requireKey } from "../access/find-access.js";
import { bodyOf, checkGoogleRecord } from "../google-protocol/body.js";
import type { GoogleAccess } from "../google-protocol/client.js";
import { checkPrompt, contentsOf, mediaOf } from "../google-protocol/messages.js";
import { toNativePart } from "../google-protocol/native-parts.js";
import { googleTokens } from "../google-protocol/tokens.js";
import { loadOnce } from "../registry/load-once.js";
import type { Environment } from "../../domain/environment.js";
import type { Provider } from "../provider.js";
import { vertexParts } from "./parts.js";

const keyVariable = "VERTEXAI_API_KEY";
const urlVariables = ["VERTEXAI_BASE_URL", "GOOGLE_VERTEX_BASE_URL"];
/** prompto's, whose library took it where none was named. */
const defaultLocation = "us-central1";

export function createVertexAiProvider(): Provider {
  const load = loadOnce(async () => {
    const client = await import("../google-protocol/client.js");
    return client.createGoogleClient();
  });
  return {
    name: "vertexai",
    check: (record) => [...checkPrompt(record, vertexParts), ...checkGoogleRecord(record)],
    missingVariables: () => [],
    secretVariables: [keyVariable],
    media: (record) => mediaOf(record, vertexParts),
    tokensOf: googleTokens,
    warmUp: load,
    send: async (call) => {
      const { record, environment, signal, mediaFolder } = call;
      const access = accessOf(record, environment);
      const client = await load();
      const contents = await contentsOf(call, vertexParts, (part) =>
        toNativePart(part, vertexParts.fileOf(part), mediaFolder),
      );
      const { model_name: model = "" } = record;
      return client.generate(access, { model, body: bodyOf(record, contents) }, signal);
    },
  };
}

function accessOf(record: PromptRecord, environment: Environment): GoogleAccess {
  const find = (...variables: readonly string[]): string | undefined =>
    variables
      .map((variable) => lookUp(environment, variable, record.model_name))
      .find((value) => value !== undefined);
  const project = find("VERTEXAI_PROJECT_ID", "GOOGLE_CLOUD_PROJECT");
  const location = find("VERTEXAI_LOCATION_ID", "GOOGLE_CLOUD_LOCATION") ?? defaultLocation;
  const keyFile = find("GOOGLE_APPLICATION_CREDENTIALS");
  const hasKey = find(keyVariable) !== undefined;
  return {
    ...(hasKey && { apiKey: requireKey(keyVariable, record, environment) }),
    baseUrl: findBaseUrl(urlVariables, record, environment) ?? hostOf(location),
    cloud: {
      location,
      ...(project !== undefined && { project }),
      ...(keyFile !== undefined && { keyFile }),
    },
  };
}

/** https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations */
function hostOf(location: string): string {
  if (location === "global") return "https://aiplatform.googleapis.com";
  if (location === "us" || location === "eu") {
    return `https://aiplatform.${location}.rep.googleapis.com`;
  }
  return `https://${location}-aiplatform.googleapis.com`;
}
