import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classifyFailure } from "../../../src/domain/failure/failure-class.js";
import { findCredentials } from "../../../src/providers/google-protocol/credentials.js";
import { createPooledFetch } from "../../../src/providers/http/pooled-fetch.js";
import { trustedAuthorities } from "../../../src/providers/http/trusted-authorities.js";
import { createAuthority } from "../../helpers/certificate-authority.js";
import type { TestAuthority } from "../../helpers/certificate-authority.js";
import { startProxyServer } from "../../helpers/proxy-server.js";
import type { ProxyServer } from "../../helpers/proxy-server.js";

const host = "api.ostinato.test";
const tokenHost = "oauth2.googleapis.com";
const answer: RequestListener = (request, response) => {
  response.setHeader("content-type", "application/json");
  const isToken = request.method === "POST" && request.url?.endsWith("/token") === true;
  response.end(isToken ? '{"access_token":"token-1"}' : `reached ${request.url}`);
};

let folder: string;
let authority: TestAuthority;
let plain: Server;
let tls: Server;
let plainProxy: ProxyServer;
let tlsProxy: ProxyServer;

function portOf(server: Server): number {
  // A server that listens on TCP has an address and port.
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ostinato-"));
  authority = createAuthority(folder, host, tokenHost);
  plain = createHttpServer(answer).listen(0, "127.0.0.1");
  const { key, certificate: cert } = authority;
  tls = createTlsServer({ key, cert }, answer).listen(0, "127.0.0.1");
  await Promise.all([once(plain, "listening"), once(tls, "listening")]);
  plainProxy = await startProxyServer(portOf(plain));
  tlsProxy = await startProxyServer(portOf(tls));
});

afterAll(async () => {
  await Promise.all([plainProxy.close(), tlsProxy.close()]);
  plain.closeAllConnections();
  tls.closeAllConnections();
  plain.close();
  tls.close();
  rmSync(folder, { recursive: true, force: true });
});

type Variables = Readonly<Record<string, string>>;

async function call(env: Variables, url: string, body: string | Blob = "{}"): Promise<string> {
  const response = await createPooledFetch(env)(url, { method: "POST", body });
  return response.text();
}

async function causeOf(env: Variables, url: string): Promise<unknown> {
  try {
    await call(env, url);
  } catch (error) {
    if (error instanceof TypeError) return error.cause;
  }
  throw new Error("Expected the call to fail");
}

describe("a call through a proxy", () => {
  it.each(["HTTP_PROXY", "http_proxy"])("goes to a plain address through %s", async (name) => {
    const before = plainProxy.targets.length;
    expect(await call({ [name]: plainProxy.url }, `http://${host}/v1`)).toBe("reached /v1");
    expect(plainProxy.targets.slice(before)).toEqual([`${host}:80`]);
  });

  it.each(["HTTPS_PROXY", "https_proxy"])("goes to a TLS address through %s", async (name) => {
    const before = tlsProxy.targets.length;
    const env = { [name]: tlsProxy.url, SSL_CERT_FILE: authority.file };
    expect(await call(env, `https://${host}/v1`)).toBe("reached /v1");
    expect(tlsProxy.targets.slice(before)).toEqual([`${host}:443`]);
  });

  it("takes a body that is no text, as a media upload has", async () => {
    const env = { HTTPS_PROXY: tlsProxy.url, SSL_CERT_FILE: authority.file };
    expect(await call(env, `https://${host}/upload`, new Blob(["bytes"]))).toBe("reached /upload");
  });

  it.each(["NO_PROXY", "no_proxy"])("is direct to the hosts of %s", async (name) => {
    const before = plainProxy.targets.length;
    const env = { HTTP_PROXY: plainProxy.url, [name]: "example.com,.ostinato.test" };
    // No name server knows the host.
    expect(await causeOf(env, `http://${host}/v1`)).toMatchObject({ syscall: "getaddrinfo" });
    expect(plainProxy.targets.length).toBe(before);
  });

  it("is never made to this machine", async () => {
    const env = { HTTP_PROXY: "http://127.0.0.1:9", HTTPS_PROXY: "http://127.0.0.1:9" };
    for (const name of ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"]) {
      expect(await call(env, `http://${name}:${portOf(plain)}/v1`)).toBe("reached /v1");
    }
  });

  it("fails with the proxy's reason where the proxy is away", async () => {
    const env = { HTTPS_PROXY: "http://127.0.0.1:9" };
    expect(String(await causeOf(env, `https://${host}`))).toContain("ECONNREFUSED 127.0.0.1:9");
  });
});

describe("Google's credentials", () => {
  it("get their tokens through the proxy, with the same authorities", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const keyFile = join(folder, "service-account.json");
    const account = {
      type: "service_account",
      project_id: "project-1",
      client_email: "runner@project-1.iam.gserviceaccount.com",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    };
    writeFileSync(keyFile, JSON.stringify(account));
    const before = tlsProxy.targets.length;
    const env = { HTTPS_PROXY: tlsProxy.url, SSL_CERT_FILE: authority.file };
    const { authClient } = await findCredentials(keyFile, undefined, createPooledFetch(env));
    const { token } = await authClient.getAccessToken();
    expect(token).toBe("token-1");
    expect(tlsProxy.targets.slice(before)).toEqual([`${tokenHost}:443`]);
  });
});

describe("a server whose certificate an unknown authority has signed", () => {
  const url = (): string => `https://localhost:${portOf(tls)}/v1`;

  it("is refused with a hint at the variables", async () => {
    const cause = await causeOf({}, url());
    expect(cause).toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    expect(String(cause)).toMatch(/is not trusted .* NODE_EXTRA_CA_CERTS or SSL_CERT_FILE/);
  });

  it("is refused with the same hint if the server is a proxy", async () => {
    const proxy = `localhost:${portOf(tls)}`;
    const cause = await causeOf({ HTTPS_PROXY: `https://${proxy}` }, `https://${host}`);
    expect(cause).toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    expect(String(cause)).toMatch(/NODE_EXTRA_CA_CERTS or SSL_CERT_FILE/);
    expect(String(cause)).toContain(`no TLS connection to the proxy ${proxy}: `);
  });

  it("is trusted with the authority's file in SSL_CERT_FILE", async () => {
    expect(await call({ SSL_CERT_FILE: authority.file }, url())).toBe("reached /v1");
  });

  it.each([
    ["NODE_EXTRA_CA_CERTS alone", false],
    ["NODE_EXTRA_CA_CERTS beside another file in SSL_CERT_FILE", true],
  ])("is trusted with the authority's file in %s", async (_which, hasOther) => {
    // Node reads that variable at its start alone.
    const program =
      'const { createPooledFetch } = await import("./src/providers/http/pooled-fetch.ts");' +
      `const response = await createPooledFetch()("${url()}", { method: "POST", body: "{}" });` +
      "console.log(await response.text()); process.exit();";
    const other = createAuthority(mkdtempSync(join(folder, "other-")), "other.test");
    const env = {
      ...process.env,
      NODE_EXTRA_CA_CERTS: authority.file,
      SSL_CERT_FILE: hasOther ? other.file : "",
    };
    const args = ["--import", "tsx", "--input-type=module", "-e", program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout.trim()).toBe("reached /v1");
  });
});

describe("the trusted authorities", () => {
  it("are read into one context for all adapters, and into another where a file has changed", () => {
    const file = join(folder, "authorities.pem");
    writeFileSync(file, authority.certificate);
    const trust = trustedAuthorities({ SSL_CERT_FILE: file });
    expect(trust).toBeDefined();
    expect(trustedAuthorities({ SSL_CERT_FILE: file })).toBe(trust);
    expect(trustedAuthorities({ SSL_CERT_FILE: file, NODE_EXTRA_CA_CERTS: file })).not.toBe(trust);
    writeFileSync(file, createAuthority(mkdtempSync(join(folder, "new-")), host).certificate);
    expect(trustedAuthorities({ SSL_CERT_FILE: file })).not.toBe(trust);
  });

  it("block calls if SSL_CERT_FILE has none", async () => {
    const file = join(folder, "empty.pem");
    writeFileSync(file, "");
    expect(() => trustedAuthorities({ SSL_CERT_FILE: file })).toThrow(
      `expected SSL_CERT_FILE to name a PEM file with certificates, got "${file}": the file has no certificate. Correct or unset SSL_CERT_FILE in the shell that starts the worker.`,
    );
    const missing = { SSL_CERT_FILE: "/nonexistent/ca.pem" };
    expect(() => trustedAuthorities(missing)).toThrow(
      /SSL_CERT_FILE .*"\/nonexistent\/ca.pem": ENOENT/,
    );
    const cause = await causeOf(missing, "https://api.ostinato.test");
    expect(cause).toMatchObject({ code: "CERT_FILE_UNUSABLE" });
    expect(classifyFailure({ kind: "connection", code: "CERT_FILE_UNUSABLE" }, 0)).toEqual({
      class: "blocked",
      type: "Certificate",
    });
  });

  it("do not need the file of NODE_EXTRA_CA_CERTS, for which Node itself warns", () => {
    const missing = { NODE_EXTRA_CA_CERTS: "/nonexistent/ca.pem" };
    expect(trustedAuthorities(missing)).toBeUndefined();
  });
});
