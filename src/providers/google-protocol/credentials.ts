import { GoogleAuth } from "google-auth-library";
import type { AuthClient } from "google-auth-library";
import { defined } from "../../domain/defined.js";
import { createPooledFetch } from "../http/pooled-fetch.js";
import { noCredentials } from "./failure.js";

const scopes = ["https://www.googleapis.com/auth/cloud-platform"];

/** Credentials for Google Cloud, and their project. */
export interface Credentials {
  readonly authClient: AuthClient;
  readonly project: string;
}

/**
 * Finds the credentials of Google's libraries, or reads them from a file.
 * @param project project of the calls. @default the project of the credentials
 */
export async function findCredentials(
  keyFile: string | undefined,
  project: string | undefined,
  tokenFetch = createPooledFetch(),
): Promise<Credentials> {
  const auth = new GoogleAuth({
    scopes,
    ...defined({ keyFilename: keyFile }),
    // Requests for tokens use the same proxies and the same certificate authorities.
    clientOptions: { transporterOptions: { fetchImplementation: tokenFetch } },
  });
  try {
    const authClient = await auth.getClient();
    return { authClient, project: project ?? (await auth.getProjectId()) };
  } catch (error) {
    throw noCredentials(error);
  }
}
