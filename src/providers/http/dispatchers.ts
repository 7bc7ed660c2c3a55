import { defined } from "../../domain/defined.js";
import { Agent, EnvHttpProxyAgent } from "undici";
import type { Dispatcher } from "undici";
import { isThisMachine } from "../../domain/network/is-loopback.js";
import { ProxyConnections } from "./proxy-connections.js";
import { readProxySettings } from "./proxy-settings.js";
import { trustedAuthorities } from "./trusted-authorities.js";

type Variables = Readonly<Record<string, string | undefined>>;

const timeless = { headersTimeout: 0, bodyTimeout: 0, connections: null };

/**
 * Returns the connections for a URL, either direct or through the proxy of the environment.
 * Connections are kept between calls, one per concurrent call. A server on this machine is always
 * called directly. The returned function throws an error with a code if a variable that the call
 * needs is unusable.
 */
export function createDispatchers(env: Variables): (url: URL) => Dispatcher {
  const plain = new Agent(timeless);
  let others: ((url: URL) => Dispatcher) | undefined;
  return (url) => {
    if (url.protocol === "http:" && isThisMachine(url.hostname)) return plain;
    // Read at the first call that needs them, because local models work without these variables.
    others ??= createOthers(env);
    return others(url);
  };
}

function createOthers(env: Variables): (url: URL) => Dispatcher {
  const trust = trustedAuthorities(env);
  const tls = trust && { secureContext: trust };
  const options = { ...timeless, ...defined({ connect: tls }) };
  const direct = new Agent(options);
  const { http, https, noProxy } = readProxySettings(env);
  // TLS calls use the proxy for plain calls if they have none of their own.
  if (!https) return () => direct;
  const proxied = new EnvHttpProxyAgent({
    ...options,
    httpProxy: http?.url ?? "",
    httpsProxy: https.url,
    noProxy,
    ...(tls && { requestTls: tls, proxyTls: tls }),
    clientFactory: (url, connection) => {
      const isHttps = !http || url.href === new URL(https.url).href;
      return new ProxyConnections(url, connection, (isHttps ? https : http).variable);
    },
  });
  return (url) => (isThisMachine(url.hostname) ? direct : proxied);
}
