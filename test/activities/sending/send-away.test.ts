import { setTimeout as sleep } from "node:timers/promises";
import { ApplicationFailure } from "@temporalio/activity";
import { describe, expect, test } from "vitest";
import type { SliceResult } from "../../../activities/contract.js";
import type { FailureFacts } from "../../../src/domain/failure/failure-class.js";
import { ProviderError } from "../../../src/providers/provider.js";
import type { ProviderCall } from "../../../src/providers/provider.js";
import type { Answer } from "../../../src/domain/record/outcome.js";
import { recordLine } from "../../storage/run/prepared-run.js";
import { attempt, cancel, failureOf, leaseIn, Sending } from "./sending.js";
import type { WorkerProcess } from "./sending.js";

const host = "api.test:443";
const refused: FailureFacts = { kind: "connection", code: "ECONNREFUSED", host };
const broken: FailureFacts = { kind: "status", status: 503, host };

type Send = (call: ProviderCall) => Promise<Answer>;

function failWith(facts: FailureFacts): Send {
  return async () => {
    throw new ProviderError("nobody there", facts);
  };
}

/** Records of one model, at a limit of their own where nothing else is said. */
async function sendingOf(records: number, send: Send, maxAttempts = 2): Promise<Sending> {
  const lines = Array.from({ length: records }, (_, id) => recordLine(id));
  return Sending.of(lines, { maxAttempts, send });
}

const limitKey = "api/test/m";

/**
 * Sends records, again and again while they are to be tried again, and looks what became of the
 * calls.
 */
async function sendUntilEnded(
  { activities }: WorkerProcess,
  sending: Sending,
  { records, rounds }: { readonly records: number; readonly rounds: number },
): Promise<SliceResult | undefined> {
  for (let round = 1; round <= rounds; round += 1) {
    const running = attempt(round).run(
      activities.sendPrompts,
      sending.slice(records, { limitKey }),
    );
    const ended = await running.catch((error: unknown) => error);
    // The activity's result if it does not fail.
    if (!(ended instanceof ApplicationFailure)) return ended as SliceResult;
    await sleep(Number(ended.nextRetryDelay) + 20);
  }
  return undefined;
}

describe("an API that is down", () => {
  test("holds its limit, and costs a record no attempt but the first that failed", async () => {
    const sending = await sendingOf(3, failWith(refused));
    const process = sending.process({ onlyTarget: "test/m" });
    await failureOf(attempt(1).run(process.activities.sendPrompts, sending.slice(3, { limitKey })));
    expect(sending.logged("failed-attempt")).toHaveLength(1);
    expect(sending.logged("held")).toHaveLength(2);
    expect(sending.logged("held")[0]?.error).toMatchObject({ type: "Connection" });
    await sleep(60);
    const { outages = {}, whole } = process.limit.state().slowing ?? {};
    expect(whole).toBe(true);
    expect(Object.keys(outages)).toEqual([host]);
    expect(outages[host]?.nextTryAtMs).toBeGreaterThan(Date.now() + 1_500);
  });

  test("is told from single failures at the server by a third record", async () => {
    const sending = await sendingOf(4, failWith(broken));
    const { activities } = sending.process();
    await failureOf(attempt(1).run(activities.sendPrompts, sending.slice(4, { limitKey })));
    expect(sending.logged("failed-attempt")).toHaveLength(2);
    expect(sending.logged("held")).toHaveLength(2);
  });

  test("lets all records go on with the first answer, whatever their attempts", async () => {
    const backAtMs = Date.now() + 3_000;
    const sending = await sendingOf(4, async (call) => {
      if (Date.now() < backAtMs) return failWith(refused)(call);
      return { response: "fine" };
    });
    const process = sending.process({ onlyTarget: "test/m" });
    const result = await sendUntilEnded(process, sending, { records: 4, rounds: 20 });
    expect(result).toMatchObject({ completed: 4, failed: 0 });
    await sleep(60);
    expect(process.limit.state().slowing).toBeUndefined();
  }, 20_000);

  test("takes no call that had its slot before that was known", async () => {
    const sending = await sendingOf(6, failWith(refused));
    const { activities } = sending.process({ onlyTarget: "test/m" });
    const slots = [
      { firstAtMs: Date.now() + 20, intervalMs: 10, count: 2 },
      { firstAtMs: Date.now() + 400, intervalMs: 10, count: 4 },
    ];
    const environment = attempt(1);
    const running = environment.run(activities.sendPrompts, sending.slice(6, { limitKey, slots }));
    await sleep(1_000);
    expect(sending.calls).toHaveLength(2);
    cancel(environment);
    expect(await running).toMatchObject({ completed: 0, failed: 0, left: [[0, 6]] });
  });

  test("holds back its own records alone in a group of several models", async () => {
    const lines = [0, 1, 2, 3, 4].map((id) =>
      recordLine(id, { model_name: id < 3 ? "away" : "there" }),
    );
    const sending = await Sending.of(lines, {
      send: async (call) =>
        call.record.model_name === "away" ? failWith(refused)(call) : { response: "fine" },
    });
    const process = sending.process();
    await failureOf(attempt(1).run(process.activities.sendPrompts, sending.slice(2)));
    await sleep(60);
    const wave = await leaseIn(attempt(1), process, sending.wave());
    expect(wave).toMatchObject({ ranges: [[3, 5]], left: [[0, 3]], position: 5 });
    // Its own wave comes with the next try, a call at a time.
    const leasedAt = Date.now();
    const tried = await leaseIn(attempt(1), process, sending.wave({ ranges: [[0, 3]] }));
    expect(Date.now() - leasedAt).toBeGreaterThan(1_500);
    expect(tried).toMatchObject({ ranges: [[0, 1]], left: [], position: 1 });
  }, 20_000);
});

describe("an API that answers others", () => {
  test("lets a record that fails alone end after its attempts", async () => {
    const sending = await sendingOf(2, async (call) => {
      if (call.record.id === 0) return failWith(refused)(call);
      return { response: "fine" };
    });
    const { activities } = sending.process({ onlyTarget: "test/m" });
    await failureOf(attempt(1).run(activities.sendPrompts, sending.slice(2, { limitKey })));
    const other = await sendUntilEnded({ activities } as WorkerProcess, sending, {
      records: 2,
      rounds: 3,
    });
    expect(other).toMatchObject({ completed: 1, failed: 1 });
  });

  test("is waited for by the last record of a run, which has no other to compare with", async () => {
    let answers = 0;
    const sending = await sendingOf(2, async (call) => {
      if (call.record.id === 0 && answers > 0) return failWith(refused)(call);
      answers += 1;
      return { response: "fine" };
    });
    const process = sending.process({ onlyTarget: "test/m" });
    const first = { ...sending.slice(1, { limitKey }), ranges: [[1, 2]] as const };
    await attempt(1).run(process.activities.sendPrompts, first);
    const rounds = await sendUntilEnded(process, sending, { records: 1, rounds: 3 });
    expect(rounds).toBeUndefined();
    expect(sending.logged("failed-attempt")).toHaveLength(1);
    expect(sending.logged("held").length).toBeGreaterThan(0);
  }, 20_000);
});

test("a run of one record whose API was never reached ends after its attempts", async () => {
  const sending = await sendingOf(1, failWith(refused));
  const process = sending.process({ onlyTarget: "test/m" });
  const result = await sendUntilEnded(process, sending, { records: 1, rounds: 3 });
  expect(result).toMatchObject({ completed: 0, failed: 1 });
  expect(sending.calls).toHaveLength(2);
});

test("a call that hangs counts as no attempt while the API is known to be down", async () => {
  const sending = await Sending.of([recordLine(0), recordLine(1), recordLine(2)], {
    timeoutMs: 300,
    maxAttempts: 2,
    send: async (call) => {
      if (call.record.id !== 2) return failWith(refused)(call);
      return new Promise<Answer>(() => undefined);
    },
  });
  const { activities } = sending.process({ onlyTarget: "test/m" });
  await failureOf(attempt(1).run(activities.sendPrompts, sending.slice(3, { limitKey })));
  expect(sending.logged("held").map(({ error }) => error.type)).toEqual(["Connection", "Timeout"]);
});
