import { fetch as undiciFetch } from "undici";
import type { Dispatcher, RequestInit as UndiciRequestInit } from "undici";
import { withExactNumbers } from "../../domain/json/exact-numbers.js";
import { createDispatchers } from "./dispatchers.js";
import { fetchFailed } from "./fetch-failed.js";
import { refuseRedirection } from "./refuse-redirection.js";
import { ProviderError } from "../provider.js";
import { sendText } from "./send-text.js";
import type { WholeResponse } from "./whole-response.js";

/**
 * Returns a fetch that keeps its connections between calls, one per concurrent call. It refuses
 * redirects and has no timeout. Node's fetch, in contrast, ends answers after 300 s.
 *
 * Proxies and certificate authorities come from the environment: `HTTPS_PROXY`, `HTTP_PROXY`,
 * `NO_PROXY`, `NODE_EXTRA_CA_CERTS` and `SSL_CERT_FILE`.
 *
 * If the request body is text, as in all calls, the promise fulfils after the whole answer is read.
 * This avoids web streams, which take half of a call's processor time. Requests with other bodies
 * use the built-in fetch.
 */
export function createPooledFetch(env = process.env): typeof fetch {
  const dispatcherOf = createDispatchers(env);
  const pooledFetch = async (
    resource: string | URL,
    init: RequestInit = {},
  ): Promise<WholeResponse | Response> => {
    const url = new URL(resource);
    try {
      const dispatcher = dispatcherOf(url);
      const response = await (typeof init.body === "string"
        ? sendText(dispatcher, { url, ...init, body: withExactNumbers(init.body) })
        : fetchWith(dispatcher, url, init));
      refuseRedirection(response);
      return response;
    } catch (error) {
      if (init.signal?.aborted === true || error instanceof ProviderError) throw error;
      throw fetchFailed(error, url);
    }
  };
  // WholeResponse implements every part of `Response` that the vendors' clients and the adapters
  // use.
  return pooledFetch as unknown as typeof fetch;
}

async function fetchWith(dispatcher: Dispatcher, url: URL, init: RequestInit): Promise<Response> {
  // An agent works only with the fetch of its own package. The code is the same as Node's; only the
  // type names differ.
  const options = { ...init, redirect: "manual", dispatcher } as unknown as UndiciRequestInit;
  return undiciFetch(url, options);
}
