import type { Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { classifyFailure } from "../../../src/domain/failure/failure-class.js";
import type { FailureClass } from "../../../src/domain/failure/failure-class.js";
import { failureOfCall } from "../../../src/providers/http/failed-call.js";
import { createPooledFetch } from "../../../src/providers/http/pooled-fetch.js";
import type { ProviderError } from "../../../src/providers/provider.js";
import { startRefusingProxy } from "../../helpers/refusing-proxy.js";
import type { RefusingProxy } from "../../helpers/refusing-proxy.js";

const apis = ["https://api.ostinato.test", "http://api.ostinato.test"];

async function proxyThat(refuse: (socket: Socket) => unknown): Promise<RefusingProxy> {
  const proxy = await startRefusingProxy(refuse);
  onTestFinished(proxy.close);
  return proxy;
}

interface TestCall {
  /** The proxy, with its scheme. */
  readonly proxy: string;
  readonly address: string;
  readonly body?: string | Blob;
}

/** Returns the error of a call through a proxy that opens no tunnel. */
async function failureThrough({ proxy, address, body = "{}" }: TestCall): Promise<ProviderError> {
  const url = proxy.replace("://", "://user:pass-word@");
  const env = { HTTP_PROXY: url, https_proxy: url };
  const signal = AbortSignal.timeout(5_000);
  const error: unknown = await createPooledFetch(env)(address, {
    method: "POST",
    body,
    signal,
  }).then(
    () => new Error("Expected the call to fail"),
    (reason: unknown) => reason,
  );
  const read = (thrown: unknown): "connection" | undefined =>
    thrown instanceof TypeError ? "connection" : undefined;
  const failure = failureOfCall(error, { signal, address, secrets: [], read });
  expect(failure.message).not.toContain("pass-word");
  return failure;
}

function classOf({ facts, message }: ProviderError): FailureClass {
  return classifyFailure(facts, Date.now(), message);
}

function answer(status: string): (socket: Socket) => unknown {
  return (socket) => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nno`);
}

describe.each(apis)("a call to %s", (address) => {
  it.each([
    ["ends", (socket: Socket) => socket.end()],
    ["destroys", (socket: Socket) => socket.destroy()],
    ["resets", (socket: Socket) => socket.resetAndDestroy()],
  ])("asks a proxy once that %s the connection", async (_how, refuse) => {
    const { host, requests } = await proxyThat(refuse);
    const failure = await failureThrough({ proxy: `http://${host}`, address });
    expect(failure.message).toBe(
      `No answer from ${address}: the proxy ${host} closed the connection`,
    );
    expect(failure.facts.kind).toBe("connection");
    expect(classOf(failure)).toEqual({ class: "away", type: "Connection", unreached: true });
    expect(requests).toHaveLength(1);
  });

  it("with a body that is not text asks such a proxy once", async () => {
    const { host, requests } = await proxyThat((socket) => socket.end());
    const body = new Blob(["bytes"]);
    const failure = await failureThrough({ proxy: `http://${host}`, address, body });
    expect(failure.message).toContain(`the proxy ${host} closed the connection`);
    expect(requests).toHaveLength(1);
  });

  it("waits for a person if the proxy wants other credentials", async () => {
    const { host, requests } = await proxyThat(answer("407 Proxy Authentication Required"));
    const failure = await failureThrough({ proxy: `http://${host}`, address });
    const port = address.startsWith("https") ? 443 : 80;
    expect(failure.message).toBe(
      `No answer from ${address}: the proxy ${host} refused the connection to api.ostinato.test:${port} with status 407. ` +
        `Correct the user name and password in https_proxy (http://user:password@host:port) in the shell that starts the worker.`,
    );
    expect(classOf(failure)).toEqual({ class: "blocked", type: "Proxy" });
    expect(requests).toHaveLength(1);
  });

  it("waits for a person if the proxy forbids the address", async () => {
    const { host } = await proxyThat(answer("403 Forbidden"));
    const failure = await failureThrough({ proxy: `http://${host}`, address });
    expect(failure.message).toContain(`the proxy ${host} refused the connection`);
    expect(failure.message).toContain("with status 403. Ask the proxy's operator to allow");
    expect(classOf(failure)).toEqual({ class: "blocked", type: "Proxy" });
  });

  it.each(["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"])(
    "is retried after the proxy's %s",
    async (status) => {
      const { host } = await proxyThat(answer(status));
      const failure = await failureThrough({ proxy: `http://${host}`, address });
      expect(failure.message).toContain(`the proxy ${host} could not connect to api.ostinato.test`);
      expect(failure.message).toContain(`status ${status.slice(0, 3)}`);
      expect(classOf(failure)).toEqual({ class: "away", type: "Connection", unreached: true });
    },
  );

  it("names a proxy without a listener", async () => {
    const failure = await failureThrough({ proxy: "http://127.0.0.1:9", address });
    expect(failure.message).toBe(
      `No answer from ${address}: the proxy 127.0.0.1:9 is not available: connect ECONNREFUSED 127.0.0.1:9`,
    );
    expect(classOf(failure)).toEqual({ class: "away", type: "Connection", unreached: true });
  });

  it("names a proxy that answers with another protocol", async () => {
    const { host } = await proxyThat((socket) => socket.end("220 mail ESMTP\r\n"));
    const failure = await failureThrough({ proxy: `http://${host}`, address });
    expect(failure.message).toContain(`the proxy ${host} is not available: `);
    expect(classOf(failure)).toEqual({ class: "away", type: "Connection", unreached: true });
  });
});
