import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { classifyFailure } from "../../src/domain/failure-class.js";
import type { FailureClass } from "../../src/domain/failure-class.js";
import type { PromptRecord } from "../../src/domain/prompt-record.js";
import { ProviderError } from "../../src/providers/provider.js";
import type { Environment, Provider, ProviderCall } from "../../src/providers/provider.js";
import { startOpenAiServer } from "../helpers/openai-server.js";
import type { OpenAiServer, PlannedReply } from "../helpers/openai-server.js";

/** What every adapter that speaks HTTP promises: the same suite runs over each, with its own words for an error. */
export interface AdapterUnderTest {
  readonly create: () => Provider;
  readonly record: PromptRecord;
  readonly environment: (url: string, key: string) => Environment;
  /** A whole, successful body. */
  readonly answer: unknown;
  readonly errorBody: (message: string, code?: string) => unknown;
}

interface FailureRow {
  readonly title: string;
  readonly reply: PlannedReply;
  readonly class: FailureClass["class"];
  readonly type: string;
  readonly retryAfterMs?: number;
  readonly timeoutMs?: number;
}

const canary = "sk-canary-8c1fd5e0b7";
const nowMs = Date.parse("2026-11-21T10:00:00Z");
const html = "<html><body>Bad gateway</body></html>";

function rowsFor({ answer, errorBody }: AdapterUnderTest): readonly FailureRow[] {
  const body = errorBody(`It went wrong for the key ${canary}`);
  const status = (
    code: number,
    expected: Pick<FailureRow, "class" | "type">,
    headers: Readonly<Record<string, string>> = {},
  ): FailureRow => ({
    title: `status ${code} ${Object.entries(headers).join(" ")}`.trim(),
    reply: { status: code, body, headers },
    ...expected,
  });
  const permanent = (type: string): Pick<FailureRow, "class" | "type"> => ({
    class: "permanent",
    type,
  });
  const transient = (type: string): Pick<FailureRow, "class" | "type"> => ({
    class: "transient",
    type,
  });
  const blocked = (type: string): Pick<FailureRow, "class" | "type"> => ({
    class: "blocked",
    type,
  });
  const inAMinute = new Date(nowMs + 60_000).toUTCString();
  return [
    status(400, permanent("BadRequest")),
    status(401, blocked("Authentication")),
    status(402, blocked("Quota")),
    status(403, blocked("Permission")),
    status(404, permanent("NotFound")),
    status(408, transient("Timeout")),
    status(409, transient("Conflict")),
    status(413, permanent("TooLarge")),
    status(422, permanent("Unprocessable")),
    status(429, transient("RateLimit")),
    { ...status(429, transient("RateLimit"), { "retry-after": "1.5" }), retryAfterMs: 1_500 },
    { ...status(429, transient("RateLimit"), { "retry-after-ms": "250" }), retryAfterMs: 250 },
    {
      ...status(429, transient("RateLimit"), { "retry-after": inAMinute }),
      retryAfterMs: 60_000,
    },
    {
      title: "status 429 whose code says that there is no quota",
      reply: { status: 429, body: errorBody("You exceeded your quota", "insufficient_quota") },
      ...blocked("Quota"),
    },
    status(500, transient("ServerError")),
    status(500, permanent("ServerError"), { "x-should-retry": "false" }),
    status(400, transient("BadRequest"), { "x-should-retry": "true" }),
    status(503, transient("ServerError")),
    status(529, transient("Overloaded")),
    {
      title: "status 502 with a page of HTML",
      reply: { status: 502, body: html, headers: { "content-type": "text/html" } },
      ...transient("ServerError"),
    },
    {
      title: "status 500 with broken JSON",
      reply: { status: 500, body: '{"error": {"mess' },
      ...transient("ServerError"),
    },
    {
      title: "an answer with broken JSON",
      reply: { body: JSON.stringify(answer).slice(0, -5) },
      ...transient("BrokenBody"),
    },
    { title: "an empty answer", reply: { body: "" }, ...transient("BrokenBody") },
    { title: "status 204", reply: { status: 204 }, ...transient("BrokenBody") },
    {
      title: "a page of HTML with status 200",
      reply: { body: html, headers: { "content-type": "text/html" } },
      ...transient("BrokenBody"),
    },
    {
      title: "an answer of another shape",
      reply: { body: { result: "fine" } },
      ...transient("BrokenBody"),
    },
    { title: "an answer that is null", reply: { body: "null" }, ...transient("BrokenBody") },
    {
      title: "a connection reset before the headers",
      reply: { fault: "reset-before-headers" },
      ...transient("Connection"),
    },
    {
      title: "a connection reset in the body",
      reply: { body: answer, fault: "reset-in-body" },
      ...transient("BrokenBody"),
    },
    {
      title: "a hang before the headers",
      reply: { fault: "hang-before-headers" },
      timeoutMs: 150,
      ...transient("Timeout"),
    },
    {
      title: "a hang in the body",
      reply: { body: answer, fault: "hang-in-body" },
      timeoutMs: 150,
      ...transient("Timeout"),
    },
    {
      title: "a hang in the body of an error",
      reply: { status: 500, body, fault: "hang-in-body" },
      timeoutMs: 150,
      ...transient("Timeout"),
    },
  ];
}

export function describeProviderContract(name: string, adapter: AdapterUnderTest): void {
  describe(`${name} keeps the contract of providers`, () => {
    let server: OpenAiServer | undefined;
    afterEach(async () => server?.close());

    const callTo = (url: string, signal?: AbortSignal): ProviderCall => ({
      record: adapter.record,
      environment: adapter.environment(url, canary),
      turn: 0,
      answers: [],
      mediaFolder: "/nonexistent",
      attempt: 1,
      signal: signal ?? new AbortController().signal,
    });

    for (const row of rowsFor(adapter)) {
      it(`calls ${row.title} ${row.class} and ${row.type}, after one request`, async () => {
        server = await startOpenAiServer({ reply: () => row.reply });
        const signal = row.timeoutMs === undefined ? undefined : AbortSignal.timeout(row.timeoutMs);
        const error = await failureOf(adapter.create(), callTo(server.url, signal));
        expect(classifyFailure(error.facts, nowMs)).toEqual({
          class: row.class,
          type: row.type,
          ...(row.retryAfterMs !== undefined && { retryAfterMs: row.retryAfterMs }),
        });
        expect(server.requests).toHaveLength(1);
        expectNoKey(error);
      });
    }

    it("reports the status, the API's message and the request's id", async () => {
      const reply: PlannedReply = {
        status: 400,
        body: adapter.errorBody("The temperature is too high", "bad_temperature"),
        headers: { "x-request-id": "req-7", "set-cookie": "session=secret" },
      };
      server = await startOpenAiServer({ reply: () => reply });
      const error = await failureOf(adapter.create(), callTo(server.url));
      expect(error.message).toBe("The temperature is too high");
      expect(error.facts).toEqual({
        kind: "status",
        status: 400,
        code: "bad_temperature",
        requestId: "req-7",
        headers: { "x-request-id": "req-7" },
      });
    });

    it("says who refused the connection", async () => {
      server = await startOpenAiServer({ reply: () => ({}) });
      await server.close();
      const error = await failureOf(adapter.create(), callTo(server.url));
      expect(error.facts.kind).toBe("connection");
      expect(error.message).toContain("ECONNREFUSED 127.0.0.1:");
      server = undefined;
    });

    for (const fault of ["hang-before-headers", "hang-in-body"] as const) {
      it(`ends a call at once that a user aborts in a ${fault}, and closes its connection`, async () => {
        const controller = new AbortController();
        const reply: PlannedReply = { body: adapter.answer, fault };
        server = await startOpenAiServer({ reply: () => reply });
        const failing = failureOf(adapter.create(), callTo(server.url, controller.signal));
        await until(() => server?.requests.length === 1);
        await pause(50);
        const abortedAt = Date.now();
        controller.abort();
        expect((await failing).facts).toEqual({ kind: "aborted" });
        expect(Date.now() - abortedAt).toBeLessThan(500);
        await until(() => server?.connections().open === 0);
      });
    }

    it("sends nothing for a call that is aborted before its start", async () => {
      server = await startOpenAiServer({ reply: () => ({ body: adapter.answer }) });
      const error = await failureOf(adapter.create(), callTo(server.url, AbortSignal.abort()));
      expect(error.facts.kind).toBe("aborted");
      expect(server.requests).toEqual([]);
    });

    it("is blocked without a key, names the variables and sends nothing", async () => {
      server = await startOpenAiServer({ reply: () => ({ body: adapter.answer }) });
      const provider = adapter.create();
      const call = { ...callTo(server.url), environment: adapter.environment(server.url, "") };
      const error = await failureOf(provider, call);
      expect(classifyFailure(error.facts, nowMs)).toEqual({ class: "blocked", type: "MissingKey" });
      for (const variable of provider.secretVariables) expect(error.message).toContain(variable);
      expect(provider.missingVariables(adapter.record, call.environment)).toHaveLength(1);
      expect(provider.missingVariables(adapter.record, callTo("").environment)).toEqual([]);
      expect(server.requests).toEqual([]);
    });
  });
}

export async function failureOf(provider: Provider, call: ProviderCall): Promise<ProviderError> {
  const thrown: unknown = await provider.send(call).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ProviderError);
  // Asserted on the line above.
  return thrown as ProviderError;
}

function expectNoKey(error: ProviderError): void {
  const shown = [error.message, error.stack, JSON.stringify(error.facts), inspect(error)].join();
  expect(shown).not.toContain(canary);
}

export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error("It did not come to that in 10 s.");
    await pause(10);
  }
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
