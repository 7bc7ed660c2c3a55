import type * as HubClient from "@huggingface/hub";

import { defined } from "../../domain/defined.js";
import type { Environment } from "../../domain/environment.js";
import { errorCode } from "../../domain/failure/error-code.js";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";

/** The client of the Hugging Face Hub, with the address and the token of the environment. */
export interface Hub {
  readonly client: typeof HubClient;
  readonly access: { readonly accessToken?: string; readonly hubUrl?: string };
}

/**
 * Loads the Hub's client, which is an optional package. Throws a `UserError` with the command that
 * installs the package.
 */
export async function openHub(env: Environment): Promise<Hub> {
  const { HF_TOKEN: token, HF_ENDPOINT: endpoint } = env;
  if (token !== undefined && token !== "" && !token.startsWith("hf_")) {
    throw new UserError("Expected a token that begins with hf_ in HF_TOKEN, got another text.");
  }
  const access = defined({
    accessToken: token === "" ? undefined : token,
    hubUrl: endpoint === "" ? undefined : endpoint?.replace(/\/+$/, ""),
  });
  return { client: await loadClient(), access };
}

async function loadClient(): Promise<Hub["client"]> {
  try {
    return await import("@huggingface/hub");
  } catch (error) {
    if (errorCode(error) !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UserError(
      "The Hugging Face Hub needs the package @huggingface/hub, which is not installed. Install it beside Ostinato: npm install @huggingface/hub@2.17.5",
      { cause: error },
    );
  }
}

/**
 * Runs a request to the Hub about a repository. Failures become a `UserError` that says what to do.
 */
export async function askHub<Answer>(
  repo: string,
  request: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${problemOf(repo, error)} (${errorText(error)})`, { cause: error });
  }
}

function problemOf(repo: string, error: unknown): string {
  const status =
    typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : 0;
  if (status === 401 || status === 403) {
    return `The Hugging Face Hub refuses access to the dataset ${JSON.stringify(repo)}. Set HF_TOKEN to a token that may use it.`;
  }
  if (status === 404) {
    return `The Hugging Face Hub has no such dataset or revision: ${JSON.stringify(repo)}. Check the name; for a private dataset set HF_TOKEN.`;
  }
  return `The Hugging Face Hub did not answer for the dataset ${JSON.stringify(repo)}. Try again later; HF_ENDPOINT sets another address.`;
}
