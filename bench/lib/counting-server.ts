/**
 * A test API in a separate process. It serves OpenAI's chat completions, answers after a fixed time
 * and notes every arrival. It shares the machine with the measured program, so it does little work
 * per call.
 *
 * `node --import tsx bench/lib/counting-server.ts '{"latencyMs":500}'` prints its address as a line
 * of JSON. It ends when its standard input closes.
 */
import { createServer } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { constants, setPriority } from "node:os";
import { createCallLog } from "./call-log.js";

/** The server's behavior; `POST /control` changes it while the server runs. */
export interface Behaviour {
  readonly latencyMs: number;
  /** API key. Any other key gets a 401 at once. */
  readonly key?: string;
  /** Smallest id whose calls get a 401 at once. */
  readonly refuseFromId?: number;
  /** Refusals: after `after` calls, the next `count` get a 429. */
  readonly tooMany?: {
    readonly after: number;
    readonly count: number;
    readonly retryAfterS: number;
  };
  /** One in this number of calls gets a 429 without `Retry-After`, at irregular distances. */
  readonly tooManyIn?: number;
  /**
   * Number of calls per minute that the server answers. It refuses calls beyond those of a second
   * with a 429.
   */
  readonly allowedPerMinute?: number;
  /** One in this number of calls has its connection reset after the latency, without an answer. */
  readonly resetEvery?: number;
  /** Time in ms for which the port is closed after this change. Open connections are cut. */
  readonly awayForMs?: number;
}

export interface CountingServerStats {
  readonly calls: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Processor time of the server itself, in seconds. */
  readonly cpuS: number;
}

beFirst();

let behaviour = JSON.parse(process.argv[2] ?? `{"latencyMs":500}`) as Behaviour;
const log = createCallLog();
let calls = 0;
let isRefused = createRefusals(behaviour);
let inFlight = 0;
let maxInFlight = 0;

/**
 * Raises the process's priority, because its delays on a busy machine would count against the
 * measured program. Only some users may do this.
 */
function beFirst(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGH);
  } catch (error) {
    console.error(`The counting server runs at the usual priority: ${String(error)}`);
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function idIn(body: string): number {
  const at = body.indexOf("#");
  const id = at < 0 ? Number.NaN : Number.parseInt(body.slice(at + 1, at + 12), 10);
  return Number.isNaN(id) ? -1 : id;
}

function answerTo(id: number): string {
  return (
    `{"id":"call-${id}","object":"chat.completion","created":1700000000,"model":"counting-1","choices":[{"index":0,` +
    `"message":{"role":"assistant","content":"answer to #${id}","refusal":null},"finish_reason":"stop"}],` +
    `"usage":{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14}}`
  );
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly delayMs: number;
  readonly retryAfterS?: number;
}

function refusal(status: number, code: string): string {
  return JSON.stringify({
    error: { message: `Refused: ${code}`, type: code, code, param: null, status },
  });
}

/** Decides which calls get a 429, with the same draws in each run. */
function createRefusals({ tooManyIn, allowedPerMinute = Infinity }: Behaviour): () => boolean {
  const mostLeft = Math.max(1, allowedPerMinute / 60);
  let left = mostLeft;
  let at = now();
  let draw = 1;
  return () => {
    // Random numbers from the generator of Park and Miller.
    draw = (draw * 48_271) % 2_147_483_647;
    if (tooManyIn !== undefined && draw % tooManyIn === 0) return true;
    if (allowedPerMinute === Infinity) return false;
    const since = now();
    left = Math.min(mostLeft, left + ((since - at) * allowedPerMinute) / 60_000);
    at = since;
    if (left < 1) return true;
    left -= 1;
    return false;
  };
}

function replyTo(request: IncomingMessage, nth: number, id: number): Reply {
  const { key, latencyMs, tooMany, refuseFromId = Infinity } = behaviour;
  const hasKey = key === undefined || request.headers.authorization === `Bearer ${key}`;
  if (!hasKey || id >= refuseFromId) {
    return { status: 401, body: refusal(401, "invalid_api_key"), delayMs: 0 };
  }
  if (tooMany && nth > tooMany.after && nth <= tooMany.after + tooMany.count) {
    const { retryAfterS } = tooMany;
    return { status: 429, body: refusal(429, "rate_limit_exceeded"), delayMs: 0, retryAfterS };
  }
  if (isRefused()) return { status: 429, body: refusal(429, "rate_limit_exceeded"), delayMs: 0 };
  return { status: 200, body: answerTo(id), delayMs: latencyMs };
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  const headers: OutgoingHttpHeaders = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(reply.body),
  };
  if (reply.retryAfterS !== undefined) headers["retry-after"] = reply.retryAfterS.toString();
  response.writeHead(reply.status, headers);
  response.end(reply.body);
}

function onCall(request: IncomingMessage, response: ServerResponse): void {
  const row = log.add(now());
  calls += 1;
  inFlight += 1;
  maxInFlight = Math.max(maxInFlight, inFlight);
  const nth = calls;
  let body = "";
  request.setEncoding("latin1");
  request.on("data", (chunk: string) => {
    body += chunk;
  });
  request.on("end", () => {
    const id = idIn(body);
    log.identify(row, id);
    const reply = replyTo(request, nth, id);
    const isReset = behaviour.resetEvery !== undefined && nth % behaviour.resetEvery === 0;
    const act = isReset ? () => request.socket.resetAndDestroy() : () => send(response, reply);
    setTimeout(act, reply.delayMs);
  });
  response.on("close", () => {
    inFlight -= 1;
    log.end(row, now(), response.writableFinished ? response.statusCode : -1);
  });
}

function report(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === "/calls") {
    response.setHeader("content-type", "application/octet-stream");
    response.end(log.bytes());
    return;
  }
  const { user, system } = process.cpuUsage();
  const stats: CountingServerStats = { calls, inFlight, maxInFlight, cpuS: (user + system) / 1e6 };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(stats));
}

function control(request: IncomingMessage, response: ServerResponse): void {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => {
    body += chunk;
  });
  request.on("end", () => {
    behaviour = JSON.parse(body) as Behaviour;
    isRefused = createRefusals(behaviour);
    response.end(() => {
      if (behaviour.awayForMs !== undefined) goAway(behaviour.awayForMs);
    });
  });
}

function goAway(forMs: number): void {
  // A listening server has an address.
  const { port } = server.address() as AddressInfo;
  server.close();
  server.closeAllConnections();
  setTimeout(() => server.listen({ host: "127.0.0.1", port, backlog: 4096 }), forMs);
}

const server = createServer((request, response) => {
  if (request.method === "GET") report(request, response);
  else if (request.url === "/control") control(request, response);
  else onCall(request, response);
});
// A closed connection in a caller's pool would look like a reset.
server.keepAliveTimeout = 600_000;
server.headersTimeout = 0;
server.requestTimeout = 0;
server.timeout = 0;
server.once("listening", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
server.listen({ host: "127.0.0.1", port: 0, backlog: 4096 });
process.stdin.resume();
process.stdin.on("end", () => process.exit());
