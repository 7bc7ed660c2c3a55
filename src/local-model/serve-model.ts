/**
 * Serves a local model with two protocols: prompto's (`POST /generate`, for the API `quart`) and
 * OpenAI's (`POST /v1/chat/completions` and `/v1/completions`, for `openai-compatible`). A caller
 * that disconnects loses its place in the queue.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errorText } from "../domain/failure/error-text.js";
import { UserError } from "../domain/failure/user-error.js";
import type { LocalModel } from "./load-model.js";
import { BadRequest, routes } from "./model-protocols.js";

export interface ServeModelOptions {
  readonly model: LocalModel;
  /** Port; 0 for any free port. */
  readonly port: number;
  /**
   * Host name or address on which to listen. @default "127.0.0.1", which other machines cannot
   * reach
   */
  readonly host?: string;
  /** Maximum number of new tokens if a request sets none. @default 200 */
  readonly maxTokens?: number;
}

export interface ModelServer {
  /** URL without a trailing slash. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts the server. Throws a `UserError` if the port is in use. */
export async function serveModel(options: ServeModelOptions): Promise<ModelServer> {
  const { model, port, host = "127.0.0.1", maxTokens = 200 } = options;
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    answer(request, { model, maxTokens, signal: gone.signal }).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => sendError(response, error),
    );
  });
  await new Promise<void>((done, fail) => {
    server.once("error", (error) => {
      fail(
        new UserError(
          `Port ${port} on ${host} is not available: ${error.message}. Use --port to choose another.`,
          { cause: error },
        ),
      );
    });
    server.listen(port, host, done);
  });
  // A server that listens on TCP has an address and port.
  const at = server.address() as AddressInfo;
  const name = at.family === "IPv6" ? `[${at.address}]` : at.address;
  return {
    url: `http://${name}:${at.port}`,
    close: async () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

interface Serving {
  readonly model: LocalModel;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
}

interface Reply {
  readonly status: number;
  readonly body: object | string;
}

async function answer(request: IncomingMessage, serving: Serving): Promise<Reply> {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  const { model, maxTokens, signal } = serving;
  if (request.method === "GET" && path === "/") return { status: 200, body: "pong" };
  if (request.method === "GET" && path === "/v1/models") {
    const data = [{ id: model.name, object: "model", created: 0, owned_by: "ostinato" }];
    return { status: 200, body: { object: "list", data } };
  }
  const route = request.method === "POST" ? routes[path] : undefined;
  if (!route) {
    const known = Object.keys(routes).join(", ");
    throw new BadRequest(
      `Nothing is at ${request.method ?? ""} ${path}. There are POST ${known}.`,
      404,
    );
  }
  const { input, options, reply } = route(await readBody(request), maxTokens);
  const generation = await model.generate(input, options, signal);
  return { status: 200, body: reply(generation, model.name) };
}

const mostBytes = 16 * 2 ** 20;

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A request without an encoding yields buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new BadRequest("Expected a request of at most 16 MiB.", 413);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new BadRequest("Expected a body of JSON.");
  }
}

function send(response: ServerResponse, status: number, body: object | string): void {
  const isText = typeof body === "string";
  response.writeHead(status, { "content-type": isText ? "text/plain" : "application/json" });
  response.end(isText ? body : JSON.stringify(body));
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  const status = error instanceof BadRequest ? error.status : 500;
  const message = errorText(error);
  const type = error instanceof BadRequest ? "invalid_request_error" : "server_error";
  send(response, status, { error: { message, type, param: null, code: null } });
}
