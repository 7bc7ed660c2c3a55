import { defined } from "../../domain/defined.js";
import type { PromptRecord } from "../../domain/record/prompt-record.js";
import { lookUp } from "../access/environment.js";
import { findBaseUrl, requireKey } from "../access/find-access.js";
import type { GoogleAccess } from "../google-protocol/client.js";
import type { Environment } from "../../domain/environment.js";

export const vertexKeyVariable = "VERTEXAI_API_KEY";
export const vertexUrlVariables = ["VERTEXAI_BASE_URL", "GOOGLE_VERTEX_BASE_URL"];
/** Default location of prompto's library. */
const defaultLocation = "us-central1";

/**
 * Returns the access for a record. Without a key, the account comes from the credentials of
 * Google's libraries.
 */
export function findVertexAccess(record: PromptRecord, environment: Environment): GoogleAccess {
  const find = (...variables: readonly string[]): string | undefined =>
    variables
      .map((variable) => lookUp(environment, variable, record.model_name))
      .find((value) => value !== undefined);
  const project = find("VERTEXAI_PROJECT_ID", "GOOGLE_CLOUD_PROJECT");
  const location = find("VERTEXAI_LOCATION_ID", "GOOGLE_CLOUD_LOCATION") ?? defaultLocation;
  const keyFile = find("GOOGLE_APPLICATION_CREDENTIALS");
  const hasKey = find(vertexKeyVariable) !== undefined;
  return {
    ...(hasKey && { apiKey: requireKey(vertexKeyVariable, record, environment) }),
    baseUrl: findBaseUrl(vertexUrlVariables, record, environment) ?? hostOf(location),
    cloud: {
      location,
      ...defined({ project, keyFile }),
    },
  };
}

/**
 * Returns the host of a location:
 * https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations
 */
function hostOf(location: string): string {
  if (location === "global") return "https://aiplatform.googleapis.com";
  if (location === "us" || location === "eu") {
    return `https://aiplatform.${location}.rep.googleapis.com`;
  }
  return `https://${location}-aiplatform.googleapis.com`;
}
