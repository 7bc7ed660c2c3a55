import { defined } from "../../domain/defined.js";
import { proxyCodes } from "../../domain/failure/proxy-codes.js";
import { ProxyError } from "./proxy-error.js";

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
 * too. Throws a `ProxyError` for an invalid address and for a SOCKS proxy.
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
  const url = value.includes("://") ? value : `http://${value}`;
  const scheme = URL.canParse(url) ? new URL(url).protocol : "";
  if (scheme === "http:" || scheme === "https:") return { variable, url };
  throw new ProxyError(
    `expected ${variable} to be the URL of an http or https proxy, got ${quotedWithoutCredentials(value)}. ` +
      `Other schemes, such as socks5, are not supported. Correct or unset ${variable} in the shell that starts the worker.`,
    proxyCodes.refused,
  );
}

function quotedWithoutCredentials(value: string): string {
  return JSON.stringify(value.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, "$1"));
}

function valueOf(env: Variables, name: string): { variable: string; value: string } {
  const lower = name.toLowerCase();
  const variable = env[lower] === undefined ? name : lower;
  return { variable, value: (env[variable] ?? "").trim() };
}
