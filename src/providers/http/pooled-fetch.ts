import { Agent, fetch as undiciFetch } from "undici";
import type { RequestInit as UndiciRequestInit } from "undici";

/**
 * A fetch that keeps its connections between calls, as many as there are calls in flight. No time limit holds in it:
 * Node's own fetch cuts answers off after 300 s.
 */
export function createPooledFetch(): typeof fetch {
  // An agent works with the fetch of its own package alone.
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: null });
  const fetchWithAgent = (url: string, init: UndiciRequestInit): Promise<unknown> =>
    undiciFetch(url, { ...init, dispatcher });
  // Node's fetch and its package are the same code, whose types differ in name only.
  return fetchWithAgent as unknown as typeof fetch;
}
