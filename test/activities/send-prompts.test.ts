import { existsSync, mkdirSync, rmdirSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CancelledFailure } from "@temporalio/activity";
import { defaultFailureConverter, defaultPayloadConverter as converter } from "@temporalio/common";
import { describe, expect, test } from "vitest";
import type { SlotRun } from "../../src/domain/slots.js";
import { ProviderError } from "../../src/providers/provider.js";
import { recordLine, records } from "../storage/prepared-run.js";
import { limitInMemory } from "./limit-in-memory.js";
import { attempt, cancel, failureOf, lose, Sending, shutDown, slotsFrom } from "./sending.js";

/** A record whose call takes so long. */
function slow(id: number, latencyMs: number): string {
  return recordLine(id, { parameters: { latency_ms: latencyMs } });
}

function failing(id: number, parameters: Readonly<Record<string, unknown>>): string {
  return recordLine(id, { parameters: { latency_ms: 0, ...parameters } });
}

const completedAll = { failed: 0, left: [], blocked: [], refusals: [], resumes: 0 };

describe("a slice", () => {
  test("is sent at the instants of its slots, and each outcome is on disk when it returns", async () => {
    const sending = await Sending.of([0, 1, 2].map((id) => slow(id, 5)));
    const { activities } = sending.process();
    const firstAtMs = Date.now() + 150;
    const result = await attempt(1).run(
      activities.sendPrompts,
      sending.slice(3, { slots: slotsFrom(firstAtMs, 3, 120) }),
    );
    expect(result).toEqual({ completed: 3, ...completedAll });
    expect(sending.calls.map(({ record }) => record.id)).toEqual([0, 1, 2]);
    sending.calls.forEach(({ atMs }, index) => {
      expect(atMs - (firstAtMs + index * 120)).toBeGreaterThanOrEqual(-2);
      expect(atMs - (firstAtMs + index * 120)).toBeLessThan(110);
    });
    const outcome = expect.objectContaining({
      status: "completed",
      attempts: 1,
      response: "This is a test response",
    });
    expect(sending.logged("outcome")).toEqual([
      expect.objectContaining({ position: 0, outcome }),
      expect.objectContaining({ position: 1, outcome }),
      expect.objectContaining({ position: 2, outcome }),
    ]);
  });

  test("leases no slot where each record has one", async () => {
    const sending = await Sending.of([slow(0, 0)]);
    const { activities, limit } = sending.process();
    const slots = slotsFrom(Date.now() + 500, 1);
    await attempt(1).run(activities.sendPrompts, sending.slice(1, { slots }));
    expect(limit.requests.flatMap(({ request }) => request.asks)).toEqual([]);
  });

  test("that is sent again skips what has an outcome, in a process that knew nothing of it too", async () => {
    const sending = await Sending.of([0, 1, 2].map((id) => slow(id, 0)));
    const first = sending.process();
    await attempt(1).run(first.activities.sendPrompts, sending.slice(2));
    const second = sending.process();
    const result = await attempt(2).run(second.activities.sendPrompts, sending.slice(3));
    expect(result).toEqual({ completed: 3, ...completedAll });
    expect(sending.calls.map(({ record }) => record.id)).toEqual([0, 1, 2]);
    const again = await attempt(2).run(first.activities.sendPrompts, sending.slice(3));
    expect(again).toEqual({ completed: 3, ...completedAll });
    expect(sending.calls).toHaveLength(3);
  });
});

describe("what comes to its turn late", () => {
  test("leases anew instead of bursting", async () => {
    const sending = await Sending.of([slow(0, 0), slow(1, 0)]);
    const { activities, limit } = sending.process();
    const slots = slotsFrom(Date.now() - 8_000, 2, 10);
    const result = await attempt(1).run(activities.sendPrompts, {
      ...sending.slice(2, { slots }),
      requestsPerMinute: 300,
    });
    expect(result).toMatchObject({ completed: 2 });
    const [first, second] = sending.calls.map(({ atMs }) => atMs);
    expect(second! - first!).toBeGreaterThan(150);
    const asked = limit.requests.flatMap(({ request }) => request.asks);
    expect(asked.some(({ wanted }) => wanted > 0)).toBe(true);
  });

  test("does so twice at most, then goes and counts each lapsed slot once", async () => {
    const sending = await Sending.of([slow(0, 0)]);
    const honest = limitInMemory();
    let leases = 0;
    const late = {
      ...honest,
      lease: async (request: Parameters<typeof honest.lease>[0]) => {
        const answer = await honest.lease(request);
        leases += request.asks.some(({ wanted }) => wanted > 0) ? 1 : 0;
        const grants = answer.grants.map(({ group, slots }) => ({
          group,
          slots: slots.map((run): SlotRun => ({ ...run, firstAtMs: run.firstAtMs - 5_000 })),
        }));
        return { ...answer, grants };
      },
    };
    const { activities } = sending.process(late);
    const slots = slotsFrom(Date.now() - 5_000, 1);
    const result = await attempt(1).run(activities.sendPrompts, sending.slice(1, { slots }));
    expect(result).toMatchObject({ completed: 1 });
    expect(leases).toBe(2);
    expect(sending.calls).toHaveLength(1);
  });

  test("goes with its own slot when it is late by a few milliseconds", async () => {
    const sending = await Sending.of([slow(0, 0)]);
    const { activities, limit } = sending.process();
    // At 10 a minute 250 ms are allowed: what a busy machine adds is less.
    await attempt(1).run(activities.sendPrompts, {
      ...sending.slice(1, { slots: slotsFrom(Date.now() - 10, 1) }),
      requestsPerMinute: 10,
    });
    expect(limit.requests.flatMap(({ request }) => request.asks)).toEqual([]);
  });
});

describe("a further attempt of the activity", () => {
  test("waits for the call in flight and sends no second", async () => {
    const sending = await Sending.of([slow(0, 600)]);
    const { activities } = sending.process();
    const first = attempt(1).run(activities.sendPrompts, sending.slice(1));
    await sleep(200);
    const second = attempt(2).run(activities.sendPrompts, sending.slice(1));
    expect(await second).toEqual({ completed: 1, ...completedAll });
    expect(await first).toEqual({ completed: 1, ...completedAll });
    expect(sending.calls).toHaveLength(1);
    expect(sending.logged("outcome")).toHaveLength(1);
  });

  test("finds the answer of a call whose attempt was lost at the server", async () => {
    const sending = await Sending.of([slow(0, 500)]);
    const { activities } = sending.process();
    const environment = attempt(1);
    const first = environment.run(activities.sendPrompts, sending.slice(1));
    await sleep(150);
    lose(environment);
    await expect(first).rejects.toBeInstanceOf(CancelledFailure);
    const second = await attempt(2).run(activities.sendPrompts, sending.slice(1));
    expect(second).toEqual({ completed: 1, ...completedAll });
    expect(sending.calls).toHaveLength(1);
  });

  test("leases a slot, since its first one is past or used", async () => {
    const sending = await Sending.of([slow(0, 0)]);
    const { activities, limit } = sending.process();
    const slots = slotsFrom(Date.now() + 60_000, 1);
    await attempt(2).run(activities.sendPrompts, sending.slice(1, { slots }));
    expect(limit.requests.map(({ request }) => request.asks[0]?.wanted)).toContain(1);
  });
});

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
    const sending = await Sending.of([failing(0, parameters)]);
    const { activities, limit } = sending.process();
    const limitKey = "api/test/m";
    const input = { ...sending.slice(1), limitKey };
    const failure = await failureOf(attempt(1).run(activities.sendPrompts, input));
    expect(failure).toMatchObject({ type: "Provider.RateLimit" });
    expect(failure.nextRetryDelay).toBeGreaterThan(800);
    expect(failure.nextRetryDelay).toBeLessThanOrEqual(900);
    await sleep(60);
    expect(limit.state().holdUntilMs).toBeGreaterThan(Date.now() + 500);
  });

  test("with 429 holds back the records of its model alone in a group of several", async () => {
    const sending = await Sending.of([
      failing(0, { status: 429, retry_after_s: 0.8, fail_times: 1 }),
      slow(1, 0),
      recordLine(2, { model_name: "other", parameters: { latency_ms: 0 } }),
    ]);
    const { activities, limit } = sending.process();
    await failureOf(attempt(1).run(activities.sendPrompts, sending.slice(1)));
    const held = { ...sending.slice(3), ranges: [[1, 3]] as const };
    const failure = await failureOf(attempt(1).run(activities.sendPrompts, held));
    expect(failure.nextRetryDelay).toBeGreaterThan(300);
    expect(sending.calls.map(({ record }) => record.id)).toEqual([0, 2]);
    expect(limit.state().holdUntilMs).toBeLessThan(Date.now());
    await sleep(Number(failure.nextRetryDelay) + 30);
    await attempt(2).run(activities.sendPrompts, sending.slice(3));
    expect(sending.calls).toHaveLength(4);
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

describe("a model that refuses", () => {
  const refusal = { status: 401 };

  test("has its record given back unburnt, and the rest of its records without a call", async () => {
    const sending = await Sending.of([
      failing(0, refusal),
      slow(1, 0),
      recordLine(2, { model_name: "other", parameters: { latency_ms: 0 } }),
    ]);
    const { activities } = sending.process();
    const slots = [...slotsFrom(Date.now() + 20, 1), ...slotsFrom(Date.now() + 200, 2)];
    const first = await attempt(1).run(activities.sendPrompts, sending.slice(1, { slots }));
    expect(first).toEqual({
      ...completedAll,
      completed: 0,
      blocked: [[0, 1]],
      refusals: [
        {
          target: 0,
          name: "test/m",
          reason: "The test API failed with status 401, as told to.",
        },
      ],
    });
    const second = await attempt(1).run(activities.sendPrompts, sending.slice(3, { slots }));
    expect(second).toMatchObject({ completed: 1, blocked: [[0, 2]] });
    expect(sending.calls.map(({ record }) => record.id)).toEqual([0, 2]);
    expect(sending.logged("outcome").map(({ position }) => position)).toEqual([2]);
    expect(sending.logged("refused")).toEqual([
      expect.objectContaining({ position: 0, target: "test/m" }),
    ]);
  });

  test("is asked again once the experiment was resumed, with the environment file read anew", async () => {
    const sending = await Sending.of([slow(0, 0)], {
      send: async ({ environment }) => {
        if (environment["KEY"] === "right") return { response: "yes" };
        throw new ProviderError("wrong key", { kind: "status", status: 401 });
      },
    });
    const envFile = join(dirname(dirname(dirname(sending.run.directory))), ".env");
    writeFileSync(envFile, "KEY=wrong\n");
    const { activities } = sending.process();
    await attempt(1).run(activities.sendPrompts, sending.slice(1));
    writeFileSync(envFile, "KEY=right\n");
    const before = await attempt(1).run(activities.sendPrompts, sending.slice(1));
    expect(before).toMatchObject({ completed: 0, blocked: [[0, 1]] });
    const after = await attempt(1).run(activities.sendPrompts, sending.slice(1, { resumes: 1 }));
    expect(after).toEqual({ completed: 1, ...completedAll, resumes: 1 });
    expect(sending.calls).toHaveLength(2);
  });

  test("fails its records where they are not to wait", async () => {
    const sending = await Sending.of([failing(0, refusal), slow(1, 0)], { onBlocked: "fail" });
    const { activities } = sending.process();
    const slots = [...slotsFrom(Date.now() + 20, 1), ...slotsFrom(Date.now() + 200, 1)];
    const first = await attempt(1).run(activities.sendPrompts, sending.slice(1, { slots }));
    const second = await attempt(1).run(activities.sendPrompts, sending.slice(2, { slots }));
    const refusals = [
      { target: 0, name: "test/m", reason: expect.stringContaining("401") as string },
    ];
    expect(first).toEqual({ ...completedAll, completed: 0, failed: 1, refusals });
    expect(second).toEqual({ ...completedAll, completed: 0, failed: 2, refusals });
    expect(sending.calls).toHaveLength(1);
    expect(sending.logged("outcome").map(({ outcome }) => outcome)).toEqual([
      expect.objectContaining({ status: "failed", attempts: 1 }),
      expect.objectContaining({ status: "failed", attempts: 0 }),
    ]);
  });

  test("gets no further call from a record that waited for its slot meanwhile", async () => {
    const sending = await Sending.of([failing(0, refusal), slow(1, 0)]);
    const { activities } = sending.process();
    const slots = [...slotsFrom(Date.now() + 20, 1), ...slotsFrom(Date.now() + 400, 1)];
    const result = await attempt(1).run(activities.sendPrompts, sending.slice(2, { slots }));
    expect(result).toMatchObject({ completed: 0, blocked: [[0, 2]] });
    expect(sending.calls).toHaveLength(1);
  });
});

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

describe("a chat", () => {
  const chat = recordLine(0, { prompt: ["One", "Two", "Three"], parameters: { latency_ms: 0 } });

  test("is sent turn by turn, each with the answers before and a slot of its own", async () => {
    const sending = await Sending.of([chat]);
    const { activities, limit } = sending.process();
    const result = await attempt(1).run(activities.sendPrompts, sending.slice(1));
    expect(result).toEqual({ completed: 1, ...completedAll });
    expect(sending.calls.map(({ turn, answers }) => [turn, answers.length])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    const asked = limit.requests.flatMap(({ request }) => request.asks);
    expect(asked.filter(({ wanted }) => wanted > 0)).toHaveLength(2);
    expect(sending.logged("outcome")[0]?.outcome).toMatchObject({
      attempts: 3,
      response: ["This is a test response", "This is a test response", "This is a test response"],
    });
  });

  test("goes on after its last logged turn, in another process too", async () => {
    let sent = 0;
    const sending = await Sending.of([chat], {
      send: async () => {
        sent += 1;
        if (sent === 3) throw new Error("the wire was cut");
        return { response: `answer ${sent}` };
      },
    });
    const first = sending.process();
    await failureOf(attempt(1).run(first.activities.sendPrompts, sending.slice(1)));
    const second = sending.process();
    const result = await attempt(2).run(second.activities.sendPrompts, sending.slice(1));
    expect(result).toEqual({ completed: 1, ...completedAll });
    expect(sending.calls.map(({ turn }) => turn)).toEqual([0, 1, 2, 2]);
    expect(sending.logged("outcome")[0]?.outcome).toMatchObject({
      attempts: 4,
      response: ["answer 1", "answer 2", "answer 4"],
    });
  });

  test("counts its calls by turn, up to the most for each", async () => {
    let sent = 0;
    const sending = await Sending.of([chat], {
      maxAttempts: 2,
      send: async () => {
        sent += 1;
        if (sent % 2 === 1) throw new Error("every other call");
        return { response: `answer ${sent}` };
      },
    });
    const { activities } = sending.process();
    for (let number = 1; number <= 3; number += 1) {
      const failure = await failureOf(
        attempt(number).run(activities.sendPrompts, sending.slice(1)),
      );
      await sleep(Number(failure.nextRetryDelay) + 20);
    }
    const result = await attempt(4).run(activities.sendPrompts, sending.slice(1));
    expect(result).toMatchObject({ completed: 1 });
    expect(sending.calls.map(({ turn, attempt: number }) => [turn, number])).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
  });

  test("without messages is answered without a call", async () => {
    const sending = await Sending.of([recordLine(0, { prompt: [] })]);
    const { activities } = sending.process();
    const result = await attempt(1).run(activities.sendPrompts, sending.slice(1));
    expect(result).toEqual({ completed: 1, ...completedAll });
    expect(sending.calls).toEqual([]);
    expect(sending.logged("outcome")[0]?.outcome).toMatchObject({ attempts: 0, response: [] });
  });
});

describe("a cancelled slice", () => {
  test("leaves what was not sent, and records the calls in flight", async () => {
    const sending = await Sending.of([slow(0, 500), slow(1, 0), slow(2, 0)]);
    const { activities } = sending.process();
    const environment = attempt(1);
    const slots = [...slotsFrom(Date.now() + 20, 1), ...slotsFrom(Date.now() + 60_000, 2)];
    const running = environment.run(activities.sendPrompts, sending.slice(3, { slots }));
    await sleep(200);
    cancel(environment);
    expect(await running).toEqual({ ...completedAll, completed: 1, left: [[1, 3]] });
    expect(sending.calls).toHaveLength(1);
    expect(sending.logged("outcome").map(({ position }) => position)).toEqual([0]);
  });

  test("leaves a record that waits for its time to be tried again", async () => {
    const sending = await Sending.of([failing(0, { status: 500 })]);
    const { activities } = sending.process();
    await failureOf(attempt(1).run(activities.sendPrompts, sending.slice(1)));
    const environment = attempt(2);
    cancel(environment);
    const result = await environment.run(activities.sendPrompts, sending.slice(1));
    expect(result).toEqual({ ...completedAll, completed: 0, left: [[0, 1]] });
  });

  test("gives up its calls in flight when the experiment is cancelled a second time", async () => {
    const sending = await Sending.of([failing(0, { hang: true })]);
    const { activities } = sending.process();
    const environment = attempt(1);
    const running = environment.run(activities.sendPrompts, sending.slice(1));
    await sleep(150);
    cancel(environment);
    await sleep(700);
    expect(existsSync(join(sending.run.directory, "abort"))).toBe(false);
    const { directory } = sending.run;
    await attempt(1).run(activities.abortCalls, { directory });
    expect(await running).toEqual({ ...completedAll, completed: 0, failed: 1 });
    const outcome = { status: "failed", attempts: 1, error: { type: "cancelled" } };
    expect(sending.logged("outcome")).toMatchObject([{ position: 0, outcome }]);
    expect(sending.logged("outcome")[0]?.outcome.sentAt).toBeGreaterThan(Date.now() - 60_000);
  });

  test("of a worker that shuts down is tried again elsewhere, not reported as left", async () => {
    const sending = await Sending.of([slow(0, 0)]);
    const { activities } = sending.process();
    const environment = attempt(1);
    const slots = slotsFrom(Date.now() + 60_000, 1);
    const running = environment.run(activities.sendPrompts, sending.slice(1, { slots }));
    await sleep(50);
    shutDown(environment);
    await expect(running).rejects.toBeInstanceOf(CancelledFailure);
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

test("a record of a missing position is no record, and the activity says so", async () => {
  const sending = await Sending.of(records(1));
  const { activities } = sending.process();
  const beyond = { ...sending.slice(1), ranges: [[5, 6]] as const };
  await expect(attempt(1).run(activities.sendPrompts, beyond)).rejects.toThrow("position 5");
});
