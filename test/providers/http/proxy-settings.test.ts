import { describe, expect, it } from "vitest";
import { createPooledFetch } from "../../../src/providers/http/pooled-fetch.js";
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

describe("a proxy variable blocks calls to other machines", () => {
  it.each([
    [{ HTTPS_PROXY: "socks5://proxy:1080" }, "HTTPS_PROXY", "socks5://proxy:1080"],
    [{ https_proxy: "socks5h://user:p@ss@proxy:1" }, "https_proxy", "socks5h://proxy:1"],
    [{ HTTP_PROXY: "ftp://user:pass@proxy" }, "HTTP_PROXY", "ftp://proxy"],
    [{ HTTP_PROXY: "user:pass@proxy:99999" }, "HTTP_PROXY", "proxy:99999"],
    [{ HTTPS_PROXY: "http://user:pass@:3128" }, "HTTPS_PROXY", "http://:3128"],
  ])("if it is %j", async (env, variable, value) => {
    const message =
      `expected ${variable} to be the URL of an http or https proxy, got "${value}". ` +
      `Other schemes, such as socks5, are not supported. Correct or unset ${variable} in the shell that starts the worker.`;
    expect(() => readProxySettings(env)).toThrow(message);
    const post = { method: "POST", body: "{}" };
    await expect(createPooledFetch(env)("http://api.ostinato.test", post)).rejects.toMatchObject({
      cause: { code: "PROXY_REFUSED" },
    });
    // Port 9 of this machine has no listener, and is called directly.
    await expect(createPooledFetch(env)("http://127.0.0.1:9", post)).rejects.toMatchObject({
      cause: { code: "ECONNREFUSED" },
    });
  });
});
