/** URLs of the proxies for calls to APIs; empty if there is none. */
export interface ProxySettings {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  /**
   * Hosts without a proxy, separated by commas: `example.com`, `.example.com`, `host:8443` or `*`.
   */
  readonly noProxy: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. As in curl, the lower-case name overrides, and
 * an address without a scheme is an HTTP proxy. Without `HTTPS_PROXY`, TLS calls use `HTTP_PROXY`
 * too.
 */
export function readProxySettings(env: Variables): ProxySettings {
  const valueOf = (name: string): string => (env[name.toLowerCase()] ?? env[name] ?? "").trim();
  const httpProxy = withScheme(valueOf("HTTP_PROXY"));
  const httpsProxy = withScheme(valueOf("HTTPS_PROXY"));
  return { httpProxy, httpsProxy: httpsProxy || httpProxy, noProxy: valueOf("NO_PROXY") };
}

function withScheme(address: string): string {
  return address === "" || address.includes("://") ? address : `http://${address}`;
}
