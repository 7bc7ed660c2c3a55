import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/**
 * A server on loopback that speaks the protocol of the Hugging Face Hub, as far as its client uses
 * it.
 */
export interface HubServer {
  readonly origin: string;
  /** By dataset (`owner/name`): its files by path. */
  readonly datasets: Map<string, Map<string, Buffer>>;
  /** Bodies of the requests that created a dataset. */
  readonly created: unknown[];
  readonly requests: string[];
}

/** The commit of every revision, and the token that datasets ask for. */
export const hubCommit = "0123456789abcdef0123456789abcdef01234567";
export const hubToken = "hf_test";

export async function startHubServer(): Promise<HubServer> {
  const uploads = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void answer({ hub, uploads }, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  const hub: HubServer = {
    origin: `http://127.0.0.1:${port}`,
    datasets: new Map(),
    created: [],
    requests: [],
  };
  return hub;
}

interface State {
  readonly hub: HubServer;
  /** By SHA-256: files that were uploaded and are in no commit yet. */
  readonly uploads: Map<string, Buffer>;
}

interface Asked {
  readonly state: State;
  readonly url: URL;
  readonly body: Buffer;
  readonly request: IncomingMessage;
  readonly parts: readonly string[];
}

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

const routes: readonly [string, RegExp, (asked: Asked) => Reply][] = [
  ["GET", /^\/api\/datasets\/([^/]+\/[^/]+)$/, info],
  ["GET", /^\/api\/datasets\/([^/]+\/[^/]+)\/revision\/([^/]+)$/, info],
  ["GET", /^\/api\/datasets\/([^/]+\/[^/]+)\/tree\/([^/]+)$/, tree],
  ["GET", /^\/datasets\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/, file],
  ["POST", /^\/api\/repos\/create$/, create],
  ["POST", /^\/api\/datasets\/([^/]+\/[^/]+)\/preupload\/main$/, preupload],
  ["POST", /^\/datasets\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/, batch],
  ["PUT", /^\/lfs\/(\w+)$/, upload],
  ["POST", /^\/api\/datasets\/([^/]+\/[^/]+)\/commit\/main$/, commit],
];

async function answer(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", state.hub.origin);
  state.hub.requests.push(`${request.method ?? ""} ${url.pathname}`);
  const body = await buffer(request);
  const route = routes.find(
    ([method, path]) => method === request.method && path.test(url.pathname),
  );
  const parts = route?.[1].exec(url.pathname)?.slice(1) ?? [];
  const allowed =
    url.pathname.startsWith("/lfs/") || request.headers.authorization === `Bearer ${hubToken}`;
  const found = route?.[2]({ state, url, body, request, parts }) ?? notFound;
  send(response, allowed ? found : refused);
}

const refused: Reply = { status: 401, body: { error: "Invalid username or password." } };

function send(response: ServerResponse, reply: Reply): void {
  const content = Buffer.isBuffer(reply.body) ? reply.body : JSON.stringify(reply.body ?? {});
  response.writeHead(reply.status ?? 200, {
    "content-type": "application/json",
    ...reply.headers,
  });
  response.end(content);
}

const notFound: Reply = { status: 404, body: { error: "Repository not found" } };

function datasetOf({ state, parts: [name = ""] }: Asked): Map<string, Buffer> | undefined {
  return state.hub.datasets.get(name);
}

function info(asked: Asked): Reply {
  const [name, revision = "HEAD"] = asked.parts;
  if (!datasetOf(asked) || !["HEAD", "main", hubCommit].includes(revision)) return notFound;
  return { body: { _id: "1", id: name, sha: hubCommit, lastModified: "2026-01-01T00:00:00Z" } };
}

/** One file a page, so that the client has to follow the links. */
function tree(asked: Asked): Reply {
  const files = [...(datasetOf(asked) ?? [])];
  const page = Number(asked.url.searchParams.get("cursor") ?? "0");
  const next = new URL(asked.url);
  next.searchParams.set("cursor", String(page + 1));
  return {
    body: files
      .slice(page, page + 1)
      .map(([path, { length: size }]) => ({ type: "file", path, size, oid: "0" })),
    headers: page + 1 < files.length ? { link: `<${next.href}>; rel="next"` } : {},
  };
}

function file(asked: Asked): Reply {
  const content = datasetOf(asked)?.get(decodeURIComponent(asked.parts[2] ?? ""));
  if (!content) return { ...notFound, headers: { "x-error-code": "EntryNotFound" } };
  const range = /bytes=(\d+)-(\d+)/.exec(asked.request.headers.range ?? "");
  const headers = { etag: '"1"', "content-type": "application/octet-stream" };
  if (!range) return { headers, body: content };
  const [start, end] = [Number(range[1]), Number(range[2])];
  return {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${start}-${end}/${content.length}` },
    body: content.subarray(start, end + 1),
  };
}

function create({ state: { hub }, body }: Asked): Reply {
  // The client's own request.
  const asked = JSON.parse(body.toString()) as { organization: string; name: string };
  hub.created.push(asked);
  const id = `${asked.organization}/${asked.name}`;
  hub.datasets.set(id, new Map());
  return { body: { url: `${hub.origin}/datasets/${id}`, id } };
}

function preupload({ body }: Asked): Reply {
  const { files } = JSON.parse(body.toString()) as { files: { path: string }[] };
  return {
    body: {
      files: files.map(({ path }) => ({
        path,
        uploadMode: path.endsWith(".parquet") ? "lfs" : "regular",
      })),
    },
  };
}

function batch({ state: { hub }, body }: Asked): Reply {
  const { objects } = JSON.parse(body.toString()) as { objects: { oid: string; size: number }[] };
  return {
    body: {
      transfer: "basic",
      objects: objects.map((each) => ({
        ...each,
        actions: { upload: { href: `${hub.origin}/lfs/${each.oid}` } },
      })),
    },
  };
}

function upload({ state: { uploads }, parts: [oid = ""], body }: Asked): Reply {
  if (createHash("sha256").update(body).digest("hex") !== oid) return { status: 400 };
  uploads.set(oid, body);
  return {};
}

interface CommitLine {
  readonly key: "header" | "file" | "lfsFile";
  readonly value: { readonly path: string; readonly content: string; readonly oid: string };
}

function commit(asked: Asked): Reply {
  const dataset = datasetOf(asked);
  if (!dataset) return notFound;
  for (const line of asked.body.toString().split("\n")) {
    const { key, value } = JSON.parse(line) as CommitLine;
    if (key === "file") dataset.set(value.path, Buffer.from(value.content, "base64"));
    const uploaded = asked.state.uploads.get(value.oid);
    if (key === "lfsFile" && uploaded) dataset.set(value.path, uploaded);
  }
  const url = `${asked.state.hub.origin}/datasets/${asked.parts[0] ?? ""}/commit/${hubCommit}`;
  return { body: { success: true, commitOid: hubCommit, commitUrl: url, hookOutput: "" } };
}
