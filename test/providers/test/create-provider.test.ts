import { describe, expect, it } from "vitest";
import { defined } from "../../../src/domain/defined.js";
import { classifyFailure } from "../../../src/domain/failure/failure-class.js";
import type { JsonObject } from "../../../src/domain/json/json.js";
import type { ProviderCall } from "../../../src/providers/provider.js";
import { createTestProvider } from "../../../src/providers/test/create-provider.js";
import { steadyClock } from "../../helpers/steady-clock.js";
import { failureOf } from "../contract/one-call.js";

const errorMessage = "This is a test error which we should handle and return";

function callWith(
  parameters: JsonObject | null | undefined,
  changes: Partial<ProviderCall> = {},
): ProviderCall {
  return {
    record: { api: "test", prompt: "Hi", ...defined({ parameters }) },
    environment: {},
    turn: 0,
    answers: [],
    mediaFolder: "/nonexistent",
    attempt: 1,
    signal: new AbortController().signal,
    ...changes,
  };
}

describe("the test API as prompto has it", () => {
  it("answers its one text after a second", async () => {
    steadyClock();
    const startedAt = performance.now();
    const answer = await createTestProvider().send(callWith({ raise_error: "no" }));
    expect(answer).toEqual({ response: "This is a test response" });
    expect(performance.now() - startedAt).toBeGreaterThan(990);
  });

  it.each(["no", "false", "False", "NO"])("answers where `raise_error` is %s", async (wish) => {
    const call = callWith({ raise_error: wish, latency_ms: 0 });
    const answer = await createTestProvider(() => 0).send(call);
    expect(answer.response).toBe("This is a test response");
  });

  it.each([
    ["yes", "Exception", "transient"],
    ["True", "Exception", "transient"],
    ["yes", "ValueError", "permanent"],
    ["yes", undefined, "permanent"],
  ] as const)("fails where `raise_error` is %s with %s: %s", async (wish, type, expected) => {
    const call = callWith({
      raise_error: wish,
      ...defined({ raise_error_type: type }),
    });
    const error = await failureOf(createTestProvider(), call);
    expect(error.message).toBe(errorMessage);
    expect(classifyFailure(error.facts, 0).class).toBe(expected);
  });

  it.each([undefined, {}, { raise_error: "maybe" }])(
    "fails once in five times where it is not told: %j",
    async (parameters) => {
      const failing = failureOf(
        createTestProvider(() => 0.19),
        callWith(parameters),
      );
      expect((await failing).message).toBe(errorMessage);
      const answer = await createTestProvider(() => 0.2).send(callWith(parameters));
      expect(answer.response).toBe("This is a test response");
    },
  );

  it.each([null, { raise_error: true }])("tries again what it can't read: %j", async (given) => {
    const error = await failureOf(createTestProvider(), callWith(given));
    expect(classifyFailure(error.facts, 0).class).toBe("transient");
  });
});

describe("the test API as a stand-in", () => {
  const alwaysUnlucky = createTestProvider(() => 0);

  it("answers what it is told, as late as it is told", async () => {
    steadyClock();
    const startedAt = performance.now();
    const answer = await alwaysUnlucky.send(
      callWith({ latency_ms: 50, response: ["a"], finish_reason: "length", usage: { tokens: 3 } }),
    );
    expect(answer).toEqual({ response: ["a"], finishReason: "length", usage: { tokens: 3 } });
    expect(performance.now() - startedAt).toBeGreaterThan(45);
    expect(performance.now() - startedAt).toBeLessThan(900);
  });

  it("fails with a status, and the headers and code of its own", async () => {
    const parameters = { status: 429, retry_after_s: 2.5, code: "slow_down" };
    const error = await failureOf(alwaysUnlucky, callWith(parameters));
    expect(error.facts).toEqual({
      kind: "status",
      status: 429,
      code: "slow_down",
      headers: { "retry-after": "2.5" },
    });
  });

  it("fails a number of attempts, then answers", async () => {
    const parameters = { fail_times: 2, latency_ms: 0, response: "at last" };
    for (const attempt of [1, 2]) {
      const error = await failureOf(alwaysUnlucky, callWith(parameters, { attempt }));
      expect(error.facts).toEqual({ kind: "status", status: 500 });
    }
    const answer = await alwaysUnlucky.send(callWith(parameters, { attempt: 3 }));
    expect(answer).toEqual({ response: "at last" });
  });

  it("hangs until its time is over, or a user aborts", async () => {
    const timedOut = callWith({ hang: true }, { signal: AbortSignal.timeout(50) });
    expect((await failureOf(alwaysUnlucky, timedOut)).facts).toEqual({ kind: "timeout" });
    const aborted = callWith({ hang: true }, { signal: AbortSignal.abort() });
    expect((await failureOf(alwaysUnlucky, aborted)).facts).toEqual({ kind: "aborted" });
  });

  it("checks its own parameters, and needs no key", () => {
    const check = (parameters: JsonObject): readonly string[] =>
      alwaysUnlucky.check(callWith(parameters).record);
    expect(check({ latency_ms: 0, status: 429, hang: true, raise_error: "no" })).toEqual([]);
    expect(check({ latency_ms: "1s", status: 200 })).toEqual([
      'Expected `parameters.latency_ms` to be a number of milliseconds, got "1s".',
      "Expected `parameters.status` to be an HTTP status from 400 to 599, got 200.",
    ]);
    expect(alwaysUnlucky.missingVariables(callWith({}).record, {})).toEqual([]);
  });
});
