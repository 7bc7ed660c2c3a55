import { GoogleAuth } from "google-auth-library";
import type { AuthClient } from "google-auth-library";
import { defined } from "../../domain/defined.js";
import { createPooledFetch } from "../http/pooled-fetch.js";
import { noCredentials } from "./failure.js";

const scopes = ["https://www.googleapis.com/auth/cloud-platform"];

/** Credentials for Google Cloud, and the project that they are for. */
export interface Credentials {
  readonly authClient: AuthClient;
  readonly project: string;
}

/**
 * Those that Google's libraries find, or those of a file.
 *
 * @param project taken where it is given, else found with the credentials
 */
export async function findCredentials(
  keyFile: string | undefined,
  project: string | undefined,
  tokenFetch = createPooledFetch(),
): Promise<Credentials> {
  const auth = new GoogleAuth({
    scopes,
    ...defined({ keyFilename: keyFile }),
    // Tokens are fetched as calls are made: through the same proxies, with the same authorities.
    clientOptions: { transporterOptions: { fetchImplementation: tokenFetch } },
  });
  try {
    const authClient = await auth.getClient();
    return { authClient, project: project ?? (await auth.getProjectId()) };
  } catch (error) {
    throw noCredentials(error);
  }
}
