import { factsOfHeaders } from "./http-facts.js";
import { ProviderError } from "../provider.js";

const redirections: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Throws if the answer is a redirect. A followed redirect would send the key to another host, or
 * turn the POST into a GET whose answer belongs to no prompt.
 */
export function refuseRedirection({ status, headers }: Pick<Response, "status" | "headers">): void {
  const target = redirections.has(status) ? headers.get("location") : null;
  if (target === null) return;
  throw new ProviderError(
    `The server redirects to ${JSON.stringify(target)} with status ${status}, and redirections are not followed, ` +
      "since they could take the API key to another host. If the new address is right, set it as the API's base URL.",
    { kind: "status", status, code: "redirected", ...factsOfHeaders(headers) },
  );
}
