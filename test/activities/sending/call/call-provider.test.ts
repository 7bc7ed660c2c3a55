import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { callProvider } from "../../../../activities/sending/call/call-provider.js";
import type { CallResult } from "../../../../activities/sending/call/call-provider.js";
import { ProviderError } from "../../../../src/providers/provider.js";
import type { Provider } from "../../../../src/providers/provider.js";
import { createTestProvider } from "../../../../src/providers/test/create-provider.js";

async function call(
  send: Provider["send"],
  { timeoutMs = 5_000, controller = new AbortController() } = {},
): Promise<CallResult> {
  const provider: Provider = { ...createTestProvider(), send };
  const record = { api: "test", prompt: "Hello" };
  const rest = { record, environment: {}, turn: 0, answers: [], mediaFolder: "/", attempt: 1 };
  return callProvider(provider, rest, { timeoutMs, controller });
}

describe("a call", () => {
  test("brings the API's answer as it is", async () => {
    const answer = { response: "Hi", model: "m", usage: { total_tokens: 3 } };
    expect(await call(async () => answer)).toEqual({ answer });
  });

  test("may take longer than a timer can be set for", async () => {
    const answer = { response: "Hi" };
    const timeoutMs = 30 * 86_400_000;
    expect(await call(async () => sleep(50, answer), { timeoutMs })).toEqual({ answer });
  });

  test("that the API refuses tells its class, words, status and request", async () => {
    const result = await call(async () => {
      throw new ProviderError("Too many requests", {
        kind: "status",
        status: 429,
        headers: { "retry-after": "7" },
        requestId: "req-1",
      });
    });
    expect(result).toEqual({
      failure: {
        type: "RateLimit",
        message: "Too many requests",
        status: 429,
        requestId: "req-1",
      },
      class: { class: "throttled", type: "RateLimit", retryAfterMs: 7_000 },
    });
  });

  test.each<[thrown: unknown, message: string]>([
    [new TypeError("x is undefined"), "x is undefined"],
    ["a bare text", "a bare text"],
  ])(
    "whose adapter throws %o is a bug that counts like a failure for a while",
    async (thrown, message) => {
      const result = await call(async () => {
        throw thrown;
      });
      expect(result).toEqual({
        failure: { type: "internal", message },
        class: { class: "transient", type: "internal" },
      });
    },
  );
});

describe("a call that takes too long", () => {
  const expected = {
    failure: { type: "Timeout", message: "No answer within 80 ms" },
    class: { class: "transient", type: "Timeout" },
  };

  test("ends at its time where the adapter minds the signal", async () => {
    const result = await call(
      async ({ signal }) => {
        await sleep(60_000, undefined, { signal });
        return { response: "late" };
      },
      { timeoutMs: 80 },
    );
    expect(result).toEqual(expected);
  });

  test("ends at its time where the adapter does not", async () => {
    const startedAt = performance.now();
    const result = await call(async () => sleep(30_000, { response: "late" }, { ref: false }), {
      timeoutMs: 80,
    });
    expect(result).toEqual(expected);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});

describe("a call that a user gives up", () => {
  test("counts for nothing, whatever the adapter throws", async () => {
    const controller = new AbortController();
    const running = call(
      async ({ signal }) => {
        await sleep(60_000, undefined, { signal });
        return { response: "never" };
      },
      { controller },
    );
    controller.abort();
    expect(await running).toBe("aborted");
  });

  test("still counts where its answer came first", async () => {
    const controller = new AbortController();
    const result = await call(async () => ({ response: "just in time" }), {
      controller,
    });
    controller.abort();
    expect(result).toEqual({ answer: { response: "just in time" } });
  });
});
