import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { readBuiltPage } from "../../client/report/built-page.js";
import type { Environment } from "../../domain/environment.js";
import { errorText } from "../../domain/failure/error-text.js";
import { UserError } from "../../domain/failure/user-error.js";
import { pageEnds, pagePolicy } from "../../report/html/report-html.js";
import { Experiments } from "./experiments.js";
import { refuseStranger, refuseWithoutToken } from "./guard.js";
import { answerApi } from "./view-api.js";

export interface ServeViewOptions {
  /** Data folder. @default "data" */
  readonly dataFolder?: string;
  /** Port; 0 for any free port. @default 7777 */
  readonly port?: number;
  /** Address on which to listen. @default "127.0.0.1", which other machines cannot reach */
  readonly host?: string;
  /** Source of the `TEMPORAL_…` and `OSTINATO_…` variables. @default process.env */
  readonly env?: Environment;
  /** Called with an unexpected error of a request. */
  readonly onError?: (error: unknown) => void;
}

export interface ViewServer {
  /** URL with the token. Everyone with the token can read everything and steer the experiments. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

const defaultViewPort = 7777;

/**
 * Serves the page of all experiments of a data folder until it is closed. Throws a `UserError` if
 * the port is in use.
 */
export async function serveView(options: ServeViewOptions = {}): Promise<ViewServer> {
  const { dataFolder = "data", port = defaultViewPort, host = "127.0.0.1" } = options;
  const { env = process.env, onError = () => undefined } = options;
  const token = randomBytes(24).toString("base64url");
  const experiments = new Experiments({ dataFolder: resolve(dataFolder), env });
  const serving = { experiments, token, host, page: await servedPage(), onError };
  const server = createServer((request, response) => {
    answer(request, response, serving).catch((error: unknown) => {
      onError(error);
      sendError(response, 500, errorText(error));
    });
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
  return {
    url: `http://${shownHost(host, at)}:${at.port}/#token=${token}`,
    close: async () => {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      await experiments.close();
    },
  };
}

interface Serving {
  readonly experiments: Experiments;
  readonly token: string;
  readonly host: string;
  readonly page: ServedPage;
  readonly onError: (error: unknown) => void;
}

interface ServedPage {
  readonly html: string;
  readonly policy: string;
}

async function servedPage(): Promise<ServedPage> {
  const built = await readBuiltPage("view");
  const [head, tail] = pageEnds(built, "Ostinato", "'self'");
  return { html: head + tail, policy: `${pagePolicy(built, "'self'")}; frame-ancestors 'none'` };
}

/**
 * Headers that prevent other sites from framing the page, guessing its types or learning its
 * address.
 */
const safety = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  serving: Serving,
): Promise<void> {
  const { method = "GET", headers, url = "/" } = request;
  const { pathname } = new URL(url, "http://localhost");
  const isApi = pathname.startsWith("/api/");
  const guarded = { method, headers };
  const refusal =
    refuseStranger(guarded, serving) ??
    (isApi ? refuseWithoutToken(guarded, serving) : undefined) ??
    refuseMethod(method, isApi);
  if (refusal) sendError(response, refusal.status, refusal.message);
  else if (isApi) await sendAnswer(request, response, serving);
  else sendPage(response, pathname, serving.page);
}

interface Refused {
  readonly status: number;
  readonly message: string;
}

function refuseMethod(method: string, isApi: boolean): Refused | undefined {
  if (method === "GET" || (isApi && method === "POST")) return undefined;
  return { status: 405, message: `There is no ${method} here.` };
}

async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { experiments }: Serving,
): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const asked = {
    method,
    path: pathname.slice("/api/".length),
    parameters: searchParams,
    body: async () => readBody(request),
  };
  try {
    const found = await answerApi(experiments, asked);
    if (found) send(response, 200, found);
    else sendError(response, 404, `Nothing is at ${pathname}.`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    sendError(response, 400, error.message);
  }
}

function sendPage(response: ServerResponse, path: string, { html, policy }: ServedPage): void {
  if (path !== "/" && !path.startsWith("/runs/")) {
    sendError(response, 404, `Nothing is at ${path}.`);
    return;
  }
  response.writeHead(200, {
    ...safety,
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
  });
  response.end(html);
}

const mostBodyBytes = 1 << 16;

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A request without an encoding yields buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBodyBytes) throw new UserError("Expected a request of at most 64 KiB.");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new UserError("Expected a body of JSON.");
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { ...safety, "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, message: string): void {
  if (response.destroyed || response.headersSent) return;
  send(response, status, { error: message });
}

/**
 * Returns the host to print. An address for all interfaces cannot be opened, so it is replaced by
 * an address of this machine.
 */
function shownHost(host: string, { address, family }: AddressInfo): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  if (address === "::") return "[::1]";
  if (host === "localhost") return host;
  return family === "IPv6" ? `[${address}]` : address;
}
