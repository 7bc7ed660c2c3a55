import { randomBytes } from "node:crypto";
import { getEventListeners, once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Server as TcpServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { createPooledFetch } from "../../../src/providers/http/pooled-fetch.js";
import { ProviderError } from "../../../src/providers/provider.js";

const servers: (Server | TcpServer)[] = [];
const pooledFetch = createPooledFetch();

afterEach(() => {
  for (const server of servers.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server | TcpServer): Promise<string> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on TCP has an address and port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener): Promise<string> => listen(createServer(listener));

/** Answers with the bytes as they stand, and leaves the connection to the test. */
const serveRaw = (answer: string): Promise<string> =>
  listen(
    createTcpServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.write(answer));
    }),
  );

const post = (url: string, init: RequestInit = {}): Promise<Response> =>
  pooledFetch(url, { method: "POST", body: "{}", ...init });

async function failureOf(call: Promise<unknown>): Promise<Error & { cause?: unknown }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("Expected the call to fail");
}

describe("a text that is sent", () => {
  it("arrives with its method, path, headers and length", async () => {
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url: path, headers } = request;
        response.end(
          JSON.stringify({ method, path, headers, body: Buffer.concat(chunks).toString() }),
        );
      });
    });
    const headers = new Headers({
      authorization: "Bearer sk-1",
      "content-type": "application/json",
    });
    const response = await post(`${url}/v1/chat?api-version=2`, { headers, body: '{"é":"😀"}' });
    expect(await response.json()).toMatchObject({
      method: "POST",
      path: "/v1/chat?api-version=2",
      headers: {
        authorization: "Bearer sk-1",
        "content-type": "application/json",
        // Two brackets, four quotes, a colon, two bytes of é and four of the smiley.
        "content-length": "13",
        "user-agent": "ostinato",
      },
      body: '{"é":"😀"}',
    });
    expect(headers.has("user-agent")).toBe(false);
  });

  it("takes headers as a plain object or as pairs, and keeps the caller's user agent", async () => {
    const url = await serve((request, response) => response.end(request.headers["user-agent"]));
    const named = await post(url, { headers: { "User-Agent": "OpenAI/JS 6" } });
    expect(await named.text()).toBe("OpenAI/JS 6");
    const paired = await post(url, { headers: [["user-agent", "pairs"]] });
    expect(await paired.text()).toBe("pairs");
  });
});

describe("an answer", () => {
  it.each([200, 201, 204, 400, 401, 404, 429, 500, 503, 529])("has status %d", async (status) => {
    const url = await serve((_request, response) => response.writeHead(status).end());
    const response = await post(url);
    expect([response.status, response.ok, await response.text()]).toEqual([
      status,
      status < 300,
      "",
    ]);
  });

  it("keeps headers that come several times", async () => {
    const url = await serve((_request, response) => {
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      response.setHeader("x-ratelimit-limit", ["10", "20"]);
      response.setHeader("Retry-After", "7");
      response.end("{}");
    });
    const { headers } = await post(url);
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(headers.get("x-ratelimit-limit")).toBe("10, 20");
    expect(headers.get("retry-after")).toBe("7");
  });

  it("is decoded as UTF-8 over the borders of chunks, without a byte order mark", async () => {
    const bytes = Buffer.from('\ufeff{"text":"é😀"}');
    const url = await serve((_request, response) => {
      response.write(bytes.subarray(0, 13));
      setTimeout(() => response.end(bytes.subarray(13)), 20);
    });
    expect(await (await post(url)).json()).toEqual({ text: "é😀" });
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ])("that comes compressed with %s is unpacked", async (coding, compress) => {
    const url = await serve((_request, response) => {
      response.setHeader("content-encoding", coding);
      response.end(compress('{"answer":"packed"}'));
    });
    expect(await (await post(url)).json()).toEqual({ answer: "packed" });
  });

  it("that was compressed twice is unpacked in the opposite order", async () => {
    const url = await serve((_request, response) => {
      response.setHeader("content-encoding", "gzip, br");
      response.end(brotliCompressSync(gzipSync("twice")));
    });
    expect(await (await post(url)).text()).toBe("twice");
  });

  it("whose compression is broken rejects when it is read", async () => {
    const url = await serve((_request, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end("this is no gzip");
    });
    const response = await post(url);
    await expect(response.text()).rejects.toThrow("incorrect header check");
  });

  it("of 20 MB comes whole", async () => {
    const large = randomBytes(10_000_000).toString("hex");
    const url = await serve((_request, response) => response.end(large));
    expect((await (await post(url)).text()) === large).toBe(true);
  });

  it("comes after informational answers", async () => {
    const url = await serve((_request, response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: "</a>; rel=preload" });
      response.end("at last");
    });
    const response = await post(url);
    expect([response.status, await response.text()]).toEqual([200, "at last"]);
  });

  it("can be read as bytes, and more than once", async () => {
    const url = await serve((_request, response) => response.end("bytes"));
    const response = await post(url);
    expect(Buffer.from(await response.arrayBuffer()).toString()).toBe("bytes");
    expect(await response.text()).toBe("bytes");
  });
});

describe("a redirection", () => {
  it.each([301, 302, 303, 307, 308])("with status %d is refused", async (status) => {
    let followed = 0;
    const other = await serve((_request, response) => {
      followed += 1;
      response.end("{}");
    });
    const url = await serve((_request, response) =>
      response.writeHead(status, { location: `${other}/v1` }).end(),
    );
    for (const call of [post(url), pooledFetch(url, { headers: { authorization: "Bearer k" } })]) {
      const failure = await failureOf(call);
      expect(failure).toBeInstanceOf(ProviderError);
      expect(failure).toMatchObject({ facts: { kind: "status", status } });
      expect(failure.message).toContain(`redirects to "${other}/v1" with status ${status}`);
    }
    expect(followed).toBe(0);
  });
});

describe("a call that brings no answer", () => {
  it("rejects with the reason where nobody listens", async () => {
    const failure = await failureOf(post("http://127.0.0.1:9"));
    expect(failure).toBeInstanceOf(TypeError);
    expect(failure.cause).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("rejects where a name is unknown", async () => {
    const failure = await failureOf(post("http://ostinato.invalid"));
    expect(["ENOTFOUND", "EAI_AGAIN"]).toContain((failure.cause as { code?: unknown }).code);
  });

  it("rejects where the connection is reset before the headers", async () => {
    const url = await serve((request) => request.socket.resetAndDestroy());
    expect((await failureOf(post(url))).cause).toMatchObject({ code: "ECONNRESET" });
  });

  it("rejects where the connection ends before the headers", async () => {
    const url = await serve((request) => request.socket.end());
    expect((await failureOf(post(url))).cause).toMatchObject({ code: "UND_ERR_SOCKET" });
  });

  it("rejects where the answer is no HTTP", async () => {
    const url = await serveRaw("SSH-2.0-OpenSSH_9.6\r\n");
    expect((await failureOf(post(url))).cause).toMatchObject({ name: "HTTPParserError" });
  });
});

describe("an answer that breaks off", () => {
  const start = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\nx-request-id: r-1\r\n\r\nthe start";

  it.each([
    ["is reset", (socket: { resetAndDestroy: () => unknown }) => socket.resetAndDestroy()],
    ["ends", (socket: { end: () => unknown }) => socket.end()],
  ])("keeps its status and headers where the connection %s", async (_how, end) => {
    const url = await listen(
      createTcpServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => {
          socket.write(start);
          setTimeout(() => end(socket), 20);
        });
      }),
    );
    const response = await post(url);
    expect([response.status, response.headers.get("x-request-id")]).toEqual([200, "r-1"]);
    await expect(response.text()).rejects.toThrow();
  });
});

describe("an abort", () => {
  it("before the call sends nothing", async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      response.end();
    });
    const signal = AbortSignal.abort(new Error("not at all"));
    expect(await failureOf(post(url, { signal }))).toBe(signal.reason);
    await sleep(50);
    expect(calls).toBe(0);
  });

  it("before the headers rejects at once and closes the connection", async () => {
    const closed = deferred();
    const controller = new AbortController();
    const url = await serve((request) => {
      request.socket.once("close", () => closed.resolve());
      controller.abort(new Error("enough"));
    });
    const { signal } = controller;
    expect(await failureOf(post(url, { signal }))).toBe(signal.reason);
    await closed.promise;
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("in the middle of the body rejects at once and closes the connection", async () => {
    const closed = deferred();
    const controller = new AbortController();
    const url = await serve((request, response) => {
      request.socket.once("close", () => closed.resolve());
      response.write("the start");
      setTimeout(() => controller.abort(new Error("enough")), 30);
    });
    const { signal } = controller;
    expect(await failureOf(post(url, { signal }))).toBe(signal.reason);
    await closed.promise;
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("by a time limit rejects with its TimeoutError", async () => {
    const url = await serve(() => undefined);
    const failure = await failureOf(post(url, { signal: AbortSignal.timeout(30) }));
    expect(failure.name).toBe("TimeoutError");
  });

  it("after the answer changes nothing", async () => {
    const controller = new AbortController();
    const url = await serve((_request, response) => response.end("whole"));
    const response = await post(url, { signal: controller.signal });
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    controller.abort();
    expect(await response.text()).toBe("whole");
  });
});

describe("connections", () => {
  it("are kept between calls that follow each other", async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end("{}");
    });
    for (let call = 0; call < 20; call += 1) await (await post(url)).text();
    // A connection is free again one turn of the event loop after its answer, so that two take
    // turns.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it("are as many as there are calls in flight", async () => {
    const waiting: (() => void)[] = [];
    // Nobody is answered before all have come.
    const url = await serve((request, response) => {
      request.resume();
      waiting.push(() => response.end(request.url));
      if (waiting.length === 200) for (const answer of waiting) answer();
    });
    const texts = await Promise.all(
      Array.from({ length: 200 }, async (_, call) => (await post(`${url}/${call}`)).text()),
    );
    expect(texts).toEqual(Array.from({ length: 200 }, (_, call) => `/${call}`));
  });

  it("that the server has closed are replaced", async () => {
    const url = await serve((_request, response) => {
      response.setHeader("connection", "close");
      response.end("again");
    });
    for (let call = 0; call < 3; call += 1) expect(await (await post(url)).text()).toBe("again");
  });
});

describe("another body than a text", () => {
  it("goes through the real fetch", async () => {
    const url = await serve((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        response.end(Buffer.concat(chunks).toString());
      });
    });
    const response = await pooledFetch(url, { method: "POST", body: new Blob(["of a file"]) });
    expect(response.body).toBeInstanceOf(ReadableStream);
    expect(await response.text()).toBe("of a file");
  });
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
