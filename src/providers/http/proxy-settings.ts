import { defined } from "../../domain/defined.js";

/** A proxy for calls to APIs. */
export interface ProxySetting {
  readonly url: string;
  /** The variable that names it. */
  readonly variable: string;
}

/** The proxies for calls to APIs; absent if there is none. */
export interface ProxySettings {
  readonly http?: ProxySetting;
  readonly https?: ProxySetting;
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
  const http = readProxy(env, "HTTP_PROXY");
  const https = readProxy(env, "HTTPS_PROXY") ?? http;
  const { value } = valueOf(env, "NO_PROXY");
  return { ...defined({ http, https }), noProxy: value };
}

function readProxy(env: Variables, name: string): ProxySetting | undefined {
  const { variable, value } = valueOf(env, name);
  if (value === "") return undefined;
  return { variable, url: value.includes("://") ? value : `http://${value}` };
}

function valueOf(env: Variables, name: string): { variable: string; value: string } {
  const lower = name.toLowerCase();
  const variable = env[lower] === undefined ? name : lower;
  return { variable, value: (env[variable] ?? "").trim() };
}
