import { EventEmitter, once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ProviderError } from "../../../src/providers/provider.js";
import { recordLine } from "../../storage/run/prepared-run.js";
import { attempt, completedAll, failing, Sending, slotsFrom, slow } from "./sending.js";

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
          target: "test/m",
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
    const refusals = [{ target: "test/m", reason: expect.stringContaining("401") as string }];
    expect(first).toEqual({ ...completedAll, completed: 0, failed: 1, refusals });
    expect(second).toEqual({ ...completedAll, completed: 0, failed: 2, refusals });
    expect(sending.calls).toHaveLength(1);
    expect(sending.logged("outcome").map(({ outcome }) => outcome)).toEqual([
      expect.objectContaining({ status: "failed", attempts: 1 }),
      expect.objectContaining({ status: "failed", attempts: 0 }),
    ]);
  });

  test("for unclear reasons is taken to refuse the account after three different prompts in a row", async () => {
    const forbidden = new ProviderError("Forbidden", { kind: "status", status: 403 });
    const lines = [0, 1, 2, 3, 4, 5, 6].map((id) =>
      recordLine(id, { prompt: id === 3 ? "p2" : `p${id}` }),
    );
    const sending = await Sending.of(lines, {
      send: async ({ record }) => {
        if (record.id === 1) return { response: "yes" };
        throw forbidden;
      },
    });
    const { activities } = sending.process();
    // Far enough apart that the records stay in order on a slow disk.
    const slots = slotsFrom(Date.now() + 500, 7, 200);
    const result = await attempt(1).run(activities.sendPrompts, sending.slice(7, { slots }));
    // Record 3 has the same prompt as record 2, so record 5 is the third of the row.
    const reason = "3 different prompts in a row were refused: Forbidden";
    const refusals = [{ target: "test/m", reason }];
    expect(result).toMatchObject({ completed: 1, failed: 4, blocked: [[5, 7]], refusals });
    expect(sending.calls).toHaveLength(6);
  });

  test.each(["wait", "fail"] as const)(
    "with a name that its API does not know costs three records and the calls in flight: %s",
    async (onBlocked) => {
      const host = "api.test:8443";
      const unknown = new ProviderError("No model m.", { kind: "status", status: 404, host });
      const lines = [0, 1, 2, 3, 4, 5].map((id) => recordLine(id, { prompt: `p${id}` }));
      const news = new EventEmitter();
      const fourth = once(news, "fourth");
      const sending = await Sending.of(lines, {
        onBlocked,
        send: async ({ record: { id } }) => {
          // Record 3 is in flight when the answer to record 2 blocks the model.
          if (id === 2) await fourth;
          if (id === 3) news.emit("fourth");
          await sleep(id === 3 ? 100 : 1);
          throw unknown;
        },
      });
      const { activities } = sending.process();
      const slots = [...slotsFrom(Date.now() + 200, 4), ...slotsFrom(Date.now() + 900, 2)];
      const slice = sending.slice(6, { slots });
      const result = await attempt(1).run(activities.sendPrompts, slice);
      const reason =
        "3 different prompts in a row for test/m got 404 from api.test:8443: No model m. Check the name and the address. " +
        "If the name is wrong, drop the model, and run the corrected input later.";
      const ends = onBlocked === "fail" ? { failed: 6 } : { failed: 2, blocked: [[2, 6]] };
      expect(result).toMatchObject({ ...ends, refusals: [{ target: "test/m", reason }] });
      expect(sending.calls.map(({ record }) => record.id)).toEqual([0, 1, 2, 3]);
    },
  );

  test("gets no further call from a record that waited for its slot meanwhile", async () => {
    const sending = await Sending.of([failing(0, refusal), slow(1, 0)]);
    const { activities } = sending.process();
    const slots = [...slotsFrom(Date.now() + 20, 1), ...slotsFrom(Date.now() + 400, 1)];
    const result = await attempt(1).run(activities.sendPrompts, sending.slice(2, { slots }));
    expect(result).toMatchObject({ completed: 0, blocked: [[0, 2]] });
    expect(sending.calls).toHaveLength(1);
  });
});
