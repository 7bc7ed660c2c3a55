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
 * A fetch that keeps its connections between calls, as many as there are calls in flight. No time limit holds in it:
 * Node's own fetch cuts answers off after 300 s. A redirection is refused.
 *
 * Proxies and certificate authorities are those of the environment: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`,
 * `NODE_EXTRA_CA_CERTS` and `SSL_CERT_FILE`.
 *
 * Where a body is a text, which all calls are, the whole answer is read before the promise fulfils, without the web
 * streams of the real fetch: half of a call's processor time. What has another body goes through the real fetch.
 */
export function createPooledFetch(env = process.env): typeof fetch {
  const dispatcherOf = createDispatchers(env);
  const pooledFetch = async (
    resource: string | URL,
    init: RequestInit = {},
  ): Promise<WholeResponse | Response> => {
    const url = new URL(resource);
    const dispatcher = dispatcherOf(url);
    try {
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
  // A whole response has what the vendors' clients and the adapters read of a `Response`.
  return pooledFetch as unknown as typeof fetch;
}

async function fetchWith(dispatcher: Dispatcher, url: URL, init: RequestInit): Promise<Response> {
  // An agent works with the fetch of its own package alone: the same code as Node's, whose types differ in name only.
  const options = { ...init, redirect: "manual", dispatcher } as unknown as UndiciRequestInit;
  return undiciFetch(url, options);
}
