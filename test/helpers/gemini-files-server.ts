import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A loopback server with the protocol of Gemini's files API. */
export interface GeminiFilesServer {
  readonly origin: string;
  /** Files by name. */
  readonly files: Map<string, StoredFile>;
  /** Requests in order, e.g. `POST /upload/v1beta/files`. */
  readonly requests: readonly string[];
  /** API keys of the requests. */
  readonly keys: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

export interface StoredFile {
  readonly displayName: string;
  readonly mimeType: string;
  readonly content: Buffer;
  state: "PROCESSING" | "ACTIVE" | "FAILED";
  /** Number of further requests that are answered with `PROCESSING`. */
  processingFor: number;
  readonly expirationTime: string;
}

export interface FilesServerOptions {
  /** Value of `processingFor` for each upload. @default 0 */
  readonly processingFor?: number;
  /** Final state of an upload. @default "ACTIVE" */
  readonly endState?: "ACTIVE" | "FAILED";
  /** Form of the hash: base64 of its bytes, or of its hexadecimal text. @default "bytes" */
  readonly hashOf?: "bytes" | "text";
  /** If set, the answer to every request. */
  readonly refusal?: { readonly status: number; readonly message: string };
}

const pageSize = 2;

export async function startGeminiFilesServer(
  options: FilesServerOptions = {},
): Promise<GeminiFilesServer> {
  const files = new Map<string, StoredFile>();
  const requests: string[] = [];
  const keys = new Set<string>();
  const sessions: { readonly displayName: string; readonly mimeType: string }[] = [];
  let made = 0;
  const server = createServer((incoming, response) => {
    void read(incoming).then((body) => {
      const url = new URL(incoming.url ?? "", origin());
      requests.push(`${incoming.method ?? ""} ${url.pathname}`);
      keys.add(String(incoming.headers["x-goog-api-key"]));
      answer({ incoming, response, url, body });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has an address and port.
  const { port } = server.address() as AddressInfo;
  const origin = (): string => `http://127.0.0.1:${port.toString()}`;

  interface Asked {
    readonly incoming: IncomingMessage;
    readonly response: ServerResponse;
    readonly url: URL;
    readonly body: Buffer;
  }

  function answer(asked: Asked): void {
    const { incoming, response, url } = asked;
    const { refusal } = options;
    if (refusal) {
      sendError(response, refusal.status, refusal.message);
    } else if (url.pathname === "/upload/v1beta/files") {
      begin(asked);
    } else if (url.pathname.startsWith("/session/")) {
      store(asked);
    } else if (url.pathname === "/v1beta/files") {
      list(asked);
    } else {
      const name = url.pathname.replace("/v1beta/", "");
      const file = files.get(name);
      if (!file) {
        const message = `You do not have permission to access the File ${name} or it may not exist.`;
        sendError(response, 403, message);
      } else if (incoming.method === "DELETE") {
        files.delete(name);
        send(response, {});
      } else {
        file.processingFor -= 1;
        if (file.processingFor < 0) file.state = options.endState ?? "ACTIVE";
        send(response, wire(name, file));
      }
    }
  }

  function begin({ response, body }: Asked): void {
    // Only Google's client calls this server, and sends this form.
    const { file } = JSON.parse(body.toString()) as {
      file: { displayName: string; mimeType: string };
    };
    const session = sessions.push(file) - 1;
    response.setHeader("x-goog-upload-url", `https://upload.example/session/${session.toString()}`);
    send(response, {});
  }

  function store({ response, url, body }: Asked): void {
    const { displayName, mimeType } = sessions[Number(url.pathname.split("/").at(-1))]!;
    made += 1;
    const name = `files/f-${made.toString()}`;
    const processingFor = options.processingFor ?? 0;
    const state = processingFor > 0 ? "PROCESSING" : (options.endState ?? "ACTIVE");
    const expirationTime = new Date(Date.now() + 48 * 3_600_000).toISOString();
    const content = body;
    const file: StoredFile = {
      displayName,
      mimeType,
      content,
      state,
      processingFor,
      expirationTime,
    };
    files.set(name, file);
    response.setHeader("x-goog-upload-status", "final");
    send(response, { file: wire(name, file) });
  }

  function list({ response, url }: Asked): void {
    const from = Number(url.searchParams.get("pageToken") ?? 0);
    const page = [...files].slice(from, from + pageSize).map(([name, file]) => wire(name, file));
    const isLast = from + pageSize >= files.size;
    send(response, { files: page, ...(!isLast && { nextPageToken: String(from + pageSize) }) });
  }

  function wire(name: string, file: StoredFile): object {
    const hash = createHash("sha256").update(file.content);
    const told = options.hashOf === "text" ? Buffer.from(hash.digest("hex")) : hash.digest();
    const { displayName, mimeType, content, state, expirationTime } = file;
    return {
      name,
      displayName,
      mimeType,
      sizeBytes: String(content.length),
      sha256Hash: told.toString("base64"),
      uri: `https://generativelanguage.googleapis.com/v1beta/${name}`,
      state,
      expirationTime,
      ...(state === "FAILED" && { error: { code: 3, message: "The video has no frames." } }),
    };
  }

  return {
    origin: origin(),
    files,
    requests,
    keys,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, message: string): void {
  send(response, { error: { code: status, message, status: "PERMISSION_DENIED" } }, status);
}
