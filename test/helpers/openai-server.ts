import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A server on loopback that speaks OpenAI's protocol, faults included. */
export interface OpenAiServer {
  /** For `OPENAI_BASE_URL`. */
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Connections that are open now, and the most that were open at once. */
  readonly connections: () => { readonly open: number; readonly most: number };
  readonly close: () => Promise<void>;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  readonly at: number;
}

export interface PlannedReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  readonly delayMs?: number;
  readonly fault?: Fault;
}

type Fault = "reset-before-headers" | "reset-in-body" | "hang-before-headers" | "hang-in-body";

export type Reply = (request: SeenRequest, index: number) => PlannedReply;

export async function startOpenAiServer({ reply }: { reply: Reply }): Promise<OpenAiServer> {
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let most = 0;
  const server = createServer((incoming, response) => {
    void read(incoming).then((request) => {
      const planned = reply(request, requests.push(request) - 1);
      setTimeout(() => send(response, planned), planned.delayMs ?? 0);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    most = Math.max(most, sockets.size);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has an address and port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    connections: () => ({ open: sockets.size, most }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    headers: incoming.headers,
    // Requests of the adapters are JSON objects, else the test fails here.
    body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
    at: Date.now(),
  };
}

function send(response: ServerResponse, planned: PlannedReply): void {
  const { fault, body = "" } = planned;
  if (fault === "hang-before-headers") return;
  if (fault === "reset-before-headers") {
    response.socket?.resetAndDestroy();
    return;
  }
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(planned.status ?? 200, {
    "content-type": "application/json",
    ...planned.headers,
  });
  if (fault === undefined) {
    response.end(text);
    return;
  }
  response.write(text.slice(0, text.length / 2));
  if (fault === "reset-in-body") setTimeout(() => response.socket?.resetAndDestroy(), 20);
}

/** A whole answer of chat completions, with one choice for each text. */
export function chatAnswer(...texts: readonly (string | null)[]): Record<string, unknown> {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "gpt-4o-2024-08-06",
    choices: texts.map((content, index) => ({
      index,
      message: { role: "assistant", content, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: "stop",
    })),
    usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
  };
}

export function apiError(
  message: string,
  facts: { readonly type?: string; readonly code?: string } = {},
): Record<string, unknown> {
  return {
    error: { message, type: facts.type ?? "some_error", param: null, code: facts.code ?? null },
  };
}
