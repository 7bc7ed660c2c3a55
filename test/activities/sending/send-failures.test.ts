import { mkdirSync, rmdirSync, symlinkSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { defaultFailureConverter, defaultPayloadConverter as converter } from "@temporalio/common";
import { describe, expect, test, vi } from "vitest";
import { ProviderError } from "../../../src/providers/provider.js";
import { recordLine } from "../../storage/run/prepared-run.js";
import { slowedUntil } from "../../../src/domain/limit/slowing/slowing.js";
import { attempt, completedAll, failing, failureOf, Sending, slotsFrom, slow } from "./sending.js";

describe("a call that fails", () => {
  test("for good is recorded at once, and the activity returns", async () => {
    const sending = await Sending.of([failing(0, { status: 400 }), slow(1, 0)]);
    const { activities } = sending.process();
    const result = await attempt(1).run(activities.sendPrompts, sending.slice(2));
    expect(result).toEqual({ ...completedAll, completed: 1, failed: 1 });
    const [outcome] = sending.logged("outcome").filter(({ position }) => position === 0);
    expect(outcome?.outcome).toMatchObject({
      status: "failed",
      attempts: 1,
      error: { type: "BadRequest", status: 400 },
    });
  });

  test("for a while is tried again after its backoff, not before, and only itself", async () => {
    const sending = await Sending.of([slow(0, 0), failing(1, { fail_times: 1 })]);
    const { activities } = sending.process();
    const failure = await failureOf(attempt(1).run(activities.sendPrompts, sending.slice(2)));
    expect(failure).toMatchObject({ type: "Provider.ServerError", nonRetryable: false });
    expect(failure.nextRetryDelay).toBeGreaterThan(300);
    expect(failure.nextRetryDelay).toBeLessThanOrEqual(1_000);
    const early = await failureOf(attempt(2).run(activities.sendPrompts, sending.slice(2)));
    expect(early.type).toBe("Provider.NotDue");
    expect(sending.calls).toHaveLength(2);
    await sleep(Number(early.nextRetryDelay) + 20);
    const result = await attempt(3).run(activities.sendPrompts, sending.slice(2));
    expect(result).toEqual({ completed: 2, ...completedAll });
    expect(sending.calls.map(({ record, attempt: number }) => [record.id, number])).toEqual([
      [0, 1],
      [1, 1],
      [1, 2],
    ]);
    expect(sending.logged("outcome").at(-1)?.outcome.attempts).toBe(2);
  });

  test("comes back when the API says so, for the whole limit where that is of one model", async () => {
    const parameters = { status: 429, retry_after_s: 0.9, fail_times: 1 };
    const sending = await Sending.of([0, 1, 2].map((id) => failing(id, parameters)));
    const { activities, limit } = sending.process({ onlyTarget: "test/m" });
    const limitKey = "api/test/m";
    const input = { ...sending.slice(3), limitKey };
    const failure = await failureOf(attempt(1).run(activities.sendPrompts, input));
    expect(failure).toMatchObject({ type: "Provider.RateLimit" });
    expect(failure.nextRetryDelay).toBeGreaterThan(600);
    expect(failure.nextRetryDelay).toBeLessThanOrEqual(900);
    await sleep(200);
    expect(slowedUntil(limit.state().slowing)).toBeGreaterThan(Date.now() + 400);
  });

  test("with a single 429 delays its record alone", async () => {
    const parameters = { status: 429, retry_after_s: 0.9, fail_times: 1 };
    const sending = await Sending.of([failing(0, parameters), slow(1, 0)]);
    const { activities, limit } = sending.process({ onlyTarget: "test/m" });
    const slots = [...slotsFrom(Date.now() + 100, 1), ...slotsFrom(Date.now() + 400, 1)];
    const input = { ...sending.slice(2, { slots }), limitKey: "api/test/m" };
    await failureOf(attempt(1).run(activities.sendPrompts, input));
    expect(sending.calls.map(({ record }) => record.id)).toEqual([0, 1]);
    expect(slowedUntil(limit.state().slowing)).toBe(0);
  });

  test("with 429 counts as no attempt, and slows the limit down", async () => {
    const parameters = { status: 429, retry_after_s: 0.05, fail_times: 3 };
    const sending = await Sending.of([failing(0, parameters)], { maxAttempts: 2 });
    const { activities, limit } = sending.process({ onlyTarget: "test/m" });
    const input = { ...sending.slice(1), limitKey: "api/test/m" };
    for (const number of [1, 2, 3]) {
      await failureOf(attempt(number).run(activities.sendPrompts, input));
      await sleep(120);
    }
    expect(limit.state().slowing?.backOffs["test/m"]?.requestsPerMinute).toBeGreaterThan(0);
    await attempt(4).run(activities.sendPrompts, input);
    expect(sending.calls).toHaveLength(4);
    expect(sending.logged("held")).toHaveLength(3);
    const [outcome] = sending.logged("outcome");
    expect(outcome?.outcome).toMatchObject({ status: "completed", attempts: 1 });
  });

  test("with 429 fails once its model has said nothing else for the time that is set", async () => {
    const parameters = { status: 429, retry_after_s: 0.3 };
    const sending = await Sending.of([failing(0, parameters)], {
      maxAttempts: 1,
      throttleTimeoutMs: 700,
    });
    const { activities } = sending.process({ onlyTarget: "test/m" });
    const input = { ...sending.slice(1), limitKey: "api/test/m" };
    const startedAt = Date.now();
    let failures = 0;
    for (let number = 1; sending.logged("outcome").length === 0; number += 1) {
      const sent = attempt(number).run(activities.sendPrompts, input);
      await sent.catch(() => (failures += 1));
      await sleep(330);
    }
    expect(Date.now() - startedAt).toBeGreaterThan(700);
    expect(failures).toBeGreaterThan(1);
    expect(sending.logged("outcome")[0]?.outcome).toMatchObject({
      status: "failed",
      error: { type: "RateLimit", status: 429 },
    });
  });

  test("with 429 holds back the records of its model alone in a group of several", async () => {
    const sending = await Sending.of([
      ...[0, 1, 2].map((id) => failing(id, { status: 429, retry_after_s: 0.8, fail_times: 1 })),
      slow(3, 0),
      recordLine(4, { model_name: "other", parameters: { latency_ms: 0 } }),
    ]);
    const { activities, limit } = sending.process();
    await failureOf(attempt(1).run(activities.sendPrompts, sending.slice(3)));
    await sleep(200);
    const heldAt = Date.now();
    const held = { ...sending.slice(5), ranges: [[3, 5]] as const };
    const result = await attempt(1).run(activities.sendPrompts, held);
    expect(result).toMatchObject({ completed: 2 });
    expect(sending.calls.map(({ record }) => record.id)).toEqual([0, 1, 2, 4, 3]);
    expect(sending.calls.at(-1)!.atMs - heldAt).toBeGreaterThan(300);
    expect(slowedUntil(limit.state().slowing)).toBe(0);
  });

  test("for the last time becomes the outcome, its calls counted over processes", async () => {
    const sending = await Sending.of([failing(0, { status: 500 })], { maxAttempts: 2 });
    const first = sending.process();
    await failureOf(attempt(1).run(first.activities.sendPrompts, sending.slice(1)));
    const second = sending.process();
    const result = await attempt(2).run(second.activities.sendPrompts, sending.slice(1));
    expect(result).toEqual({ ...completedAll, completed: 0, failed: 1 });
    expect(sending.calls.map((call) => call.attempt)).toEqual([1, 2]);
    expect(sending.logged("outcome").map(({ outcome }) => outcome)).toEqual([
      expect.objectContaining({
        status: "failed",
        attempts: 2,
        error: expect.objectContaining({ type: "ServerError", status: 500 }),
      }),
    ]);
  });

  test("by taking too long is tried again", async () => {
    const sending = await Sending.of([failing(0, { hang: true })], { timeoutMs: 150 });
    const { activities } = sending.process();
    const failure = await failureOf(attempt(1).run(activities.sendPrompts, sending.slice(1)));
    expect(failure).toMatchObject({
      type: "Provider.Timeout",
      message: "No answer within 150 ms",
    });
  });

  test("tells Temporal of the first record that is due, of a slice of several", async () => {
    const sending = await Sending.of([
      failing(0, { status: 429, retry_after_s: 40 }),
      recordLine(1, { model_name: "other", parameters: { latency_ms: 0, status: 500 } }),
    ]);
    const { activities } = sending.process();
    const failure = await failureOf(attempt(1).run(activities.sendPrompts, sending.slice(2)));
    expect(failure.nextRetryDelay).toBeLessThanOrEqual(1_000);
  });
});

describe("a call in whose middle the process dies", () => {
  const never = async (): Promise<never> => new Promise(() => undefined);

  test("is made again up to the most attempts, then the record fails", async () => {
    const sending = await Sending.of([slow(0, 0)], { maxAttempts: 3, send: never });
    // The first call is not known to have been made; the next three are.
    for (let number = 1; number <= 4; number += 1) {
      const { activities } = sending.process();
      void attempt(number).run(activities.sendPrompts, sending.slice(1));
      await waitFor(() => sending.calls.length === number);
    }
    const { activities } = sending.process();
    const result = await attempt(5).run(activities.sendPrompts, sending.slice(1));
    expect(result).toEqual({ ...completedAll, completed: 0, failed: 1 });
    expect(sending.calls).toHaveLength(4);
    expect(sending.logged("outcome")[0]?.outcome).toMatchObject({
      attempts: 3,
      error: { type: "WorkerDied", message: expect.stringContaining("3 times") as string },
    });
  });

  test("leaves no trace where it ends in a later process", async () => {
    let sent = 0;
    const sending = await Sending.of([slow(0, 0)], {
      maxAttempts: 3,
      send: async () => {
        sent += 1;
        return sent < 3 ? never() : { response: "at last" };
      },
    });
    for (let number = 1; number <= 2; number += 1) {
      const { activities } = sending.process();
      void attempt(number).run(activities.sendPrompts, sending.slice(1));
      await waitFor(() => sending.calls.length === number);
    }
    const { activities } = sending.process();
    const result = await attempt(3).run(activities.sendPrompts, sending.slice(1));
    expect(result).toEqual({ completed: 1, ...completedAll });
    expect(sending.logged("started")).toHaveLength(2);
  });
});

async function waitFor(isThere: () => boolean): Promise<void> {
  await vi.waitFor(() => {
    expect(isThere()).toBe(true);
  }, 20_000);
}

describe("what cannot be read before the call", () => {
  test("is tried again and counts for nothing: an environment file that is a folder", async () => {
    const sending = await Sending.of([slow(0, 0)]);
    const envFile = join(dirname(dirname(dirname(sending.run.directory))), ".env");
    mkdirSync(envFile);
    const { activities } = sending.process();
    const error: unknown = await attempt(1)
      .run(activities.sendPrompts, sending.slice(1))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringContaining("it is a folder") });
    expect(error).not.toMatchObject({ nonRetryable: true });
    expect(sending.log()).toEqual([]);
    rmdirSync(envFile);
    const result = await attempt(2).run(activities.sendPrompts, sending.slice(1));
    expect(result).toEqual({ completed: 1, ...completedAll });
    expect(sending.logged("outcome")[0]?.outcome.attempts).toBe(1);
  });
});

describe("a failure that travels through Temporal", () => {
  const canary = "CANARY".repeat(100);

  test("quotes no more than 200 characters of the API's words, nowhere", async () => {
    const sending = await Sending.of([recordLine(0, { prompt: canary })], {
      send: async ({ record }) => {
        throw new ProviderError(`I will not answer: ${JSON.stringify(record.prompt)}`, {
          kind: "status",
          status: 503,
        });
      },
    });
    const { activities } = sending.process();
    const failure = await failureOf(attempt(1).run(activities.sendPrompts, sending.slice(1)));
    const sent = JSON.stringify(defaultFailureConverter.errorToFailure(failure, converter));
    expect(failure.message).toMatch(/^I will not answer: "CANARY/);
    expect(sent.match(/CANARY/g)!.length).toBeLessThan(70);
    expect(failure.message.length).toBe(200);
    expect(sending.logged("failed-attempt")[0]?.error.message).toContain(canary);
  });

  test("carries no word of the prompt where the API quoted none", async () => {
    const lines = [
      recordLine(0, { prompt: canary, parameters: { latency_ms: 0, status: 500 } }),
      recordLine(1, { prompt: canary, parameters: { hang: true } }),
    ];
    const sending = await Sending.of(lines, { timeoutMs: 100 });
    const { activities } = sending.process();
    for (const position of [0, 1]) {
      const input = { ...sending.slice(1), ranges: [[position, position + 1]] as const };
      const failure = await failureOf(attempt(1).run(activities.sendPrompts, input));
      const sent = JSON.stringify(defaultFailureConverter.errorToFailure(failure, converter));
      expect(sent).toContain("Provider.");
      expect(sent).not.toContain("CANARY");
    }
  });
});

describe("while the outcome log cannot be written", () => {
  test("answers wait in memory, nothing more is sent, and all goes on when it can be", async () => {
    const sending = await Sending.of([slow(0, 300), slow(1, 0)]);
    const { activities } = sending.process();
    const answered = attempt(1).run(activities.sendPrompts, sending.slice(1));
    await sleep(100);
    // The seal cannot be looked for, as on a mount that is away: no line may be written then.
    const sealed = join(sending.run.directory, "sealed.json");
    symlinkSync(sealed, sealed);
    await sleep(500);
    const next = { ...sending.slice(1), ranges: [[1, 2]] as const };
    const failure = await failureOf(attempt(1).run(activities.sendPrompts, next));
    expect(failure).toMatchObject({ type: "Storage", nonRetryable: false });
    expect(failure.message).toContain("ELOOP");
    const leasing = attempt(1).run(activities.leaseSlots, sending.wave());
    expect(await failureOf(leasing)).toMatchObject({ type: "Storage" });
    expect(sending.calls.map(({ record }) => record.id)).toEqual([0]);
    expect(sending.logged("outcome")).toEqual([]);
    unlinkSync(sealed);
    expect(await answered).toEqual({ completed: 1, ...completedAll });
    const after = await attempt(2).run(activities.sendPrompts, next);
    expect(after).toEqual({ completed: 1, ...completedAll });
    expect(sending.calls).toHaveLength(2);
  });
});
