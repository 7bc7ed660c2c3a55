import { Agent } from "undici";
import type { Dispatcher } from "undici";

/** Connections that are kept between calls, as many as there are calls in flight. */
export function createDispatchers(): (url: URL) => Dispatcher {
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: null });
  return () => agent;
}
