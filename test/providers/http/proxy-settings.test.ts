import { describe, expect, it } from "vitest";
import { readProxySettings } from "../../../src/providers/http/proxy-settings.js";

function setting(variable: string, url: string): { variable: string; url: string } {
  return { variable, url };
}

describe("proxy variables", () => {
  it.each([
    [{}, undefined, undefined],
    [
      { HTTP_PROXY: "proxy:3128" },
      setting("HTTP_PROXY", "http://proxy:3128"),
      setting("HTTP_PROXY", "http://proxy:3128"),
    ],
    [{ HTTPS_PROXY: "http://one:1" }, undefined, setting("HTTPS_PROXY", "http://one:1")],
    [
      { HTTP_PROXY: "http://one:1", HTTPS_PROXY: "http://two:2" },
      setting("HTTP_PROXY", "http://one:1"),
      setting("HTTPS_PROXY", "http://two:2"),
    ],
    [
      { HTTP_PROXY: "http://upper:1", http_proxy: "http://lower:2" },
      setting("http_proxy", "http://lower:2"),
      setting("http_proxy", "http://lower:2"),
    ],
    [{ HTTP_PROXY: "http://upper:1", http_proxy: "" }, undefined, undefined],
    [
      { HTTPS_PROXY: " http://user:pass@proxy:8080 " },
      undefined,
      setting("HTTPS_PROXY", "http://user:pass@proxy:8080"),
    ],
  ])("%j are read", (env, http, https) => {
    const { noProxy, ...proxies } = readProxySettings(env);
    expect({ http: undefined, https: undefined, ...proxies }).toEqual({ http, https });
    expect(noProxy).toBe("");
  });
});
