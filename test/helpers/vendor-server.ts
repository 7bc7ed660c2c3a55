import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/**
 * A server on loopback that answers as it is told to, faults included: the stand-in for every
 * vendor's.
 */
export interface VendorServer {
  /** `http://127.0.0.1:<port>`, without a slash. */
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  /** Connections that are open now, and the most that were open at once. */
  readonly connections: () => { readonly open: number; readonly most: number };
  /** Drops the requests so far, for those who look at the memory of this process. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The JSON that was sent; an empty object where nothing was, or no JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly at: number;
}

export interface PlannedReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  readonly delayMs?: number;
  /** The answer comes after it. */
  readonly after?: Promise<unknown>;
  readonly fault?: Fault;
}

export type Fault =
  | "reset-before-headers"
  | "reset-in-body"
  /** The connection is closed in order, in the middle of the answer. */
  | "cut-in-body"
  | "hang-before-headers"
  | "hang-in-body";

export type Reply = (request: SeenRequest, index: number) => PlannedReply;

/** @param port @default any that is free */
export async function startVendorServer(reply: Reply, port = 0): Promise<VendorServer> {
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let most = 0;
  const server = createServer((incoming, response) => {
    void read(incoming).then((request) => {
      const planned = reply(request, requests.push(request) - 1);
      void Promise.resolve(planned.after).then(() =>
        setTimeout(() => send(response, planned), planned.delayMs ?? 0),
      );
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    most = Math.max(most, sockets.size);
    socket.on("close", () => sockets.delete(socket));
  });
  // Idle clients then close their connections soon, which tests wait for.
  server.keepAliveTimeout = 3_000;
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  // A server that listens on TCP has an address and port.
  const address = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${address.port}`,
    requests,
    connections: () => ({ open: sockets.size, most }),
    forget: () => {
      requests.length = 0;
    },
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
  const text = Buffer.concat(chunks).toString();
  return {
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    headers: incoming.headers,
    body: parse(text),
    text,
    at: Date.now(),
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    // The adapters send objects, and a test looks at what is in them.
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
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
  if (fault === "cut-in-body") setTimeout(() => response.socket?.destroySoon(), 20);
}
