import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { recordLine } from "../../storage/run/prepared-run.js";
import { attempt, completedAll, failureOf, Sending, slotsFrom } from "./sending.js";

describe("a chat", () => {
  const chat = recordLine(0, { prompt: ["One", "Two", "Three"], parameters: { latency_ms: 0 } });

  test("is sent turn by turn, each with the answers before and a slot of its own", async () => {
    const sending = await Sending.of([chat]);
    const { activities, limit } = sending.process();
    // In time for its slot, however slow the disk is.
    const slots = slotsFrom(Date.now() + 1_000, 1);
    const result = await attempt(1).run(activities.sendPrompts, sending.slice(1, { slots }));
    expect(result).toEqual({ completed: 1, ...completedAll });
    expect(sending.calls.map(({ turn, answers }) => [turn, answers.length])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    // The first one came with the slice.
    const given = limit.state().lastMinute.reduce((sum, { calls }) => sum + calls, 0);
    expect(given).toBe(2);
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

  test("that another attempt looks at in the middle of a turn pays no turn twice", async () => {
    const sending = await Sending.of([
      recordLine(0, { prompt: ["One", "Two", "Three"], parameters: { latency_ms: 300 } }),
    ]);
    const { activities } = sending.process();
    const first = attempt(1).run(activities.sendPrompts, sending.slice(1));
    await sleep(450);
    const second = attempt(2).run(activities.sendPrompts, sending.slice(1));
    expect(await Promise.all([first, second])).toEqual([
      { completed: 1, ...completedAll },
      { completed: 1, ...completedAll },
    ]);
    expect(sending.calls.map(({ turn }) => turn)).toEqual([0, 1, 2]);
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
