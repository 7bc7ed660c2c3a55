import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Activities, SendPromptsInput, SliceResult } from "../../../../activities/contract.js";
import { countPositions } from "../../../../src/domain/experiment/ranges.js";
import { costTarget } from "../../../../src/domain/money/budget.js";
import { writeMaxCost } from "../../../../src/storage/budget/max-cost.js";
import { recordLine } from "../../../storage/run/prepared-run.js";
import { attempt, completedAll, leaseIn, Sending } from "../sending.js";
import type { SendingOptions, WorkerProcess } from "../sending.js";

/** 0.1 dollars for each token of an answer. */
const prices = { test: { "*": { input: 0, output: 100_000 } } };

/** Records whose answers have one token, and whose expected answers too. */
function records(count: number): string[] {
  return Array.from({ length: count }, (_, id) =>
    recordLine(id, { parameters: { max_tokens: 1 } }),
  );
}

/** Records whose answers have no maximum. */
function unlimited(count: number): string[] {
  return Array.from({ length: count }, (_, id) => recordLine(id));
}

async function send({ activities }: WorkerProcess, slice: SendPromptsInput): Promise<SliceResult> {
  return attempt(1).run<[SendPromptsInput], SliceResult, Activities["sendPrompts"]>(
    activities.sendPrompts,
    slice,
  );
}

function answering(tokens: number, ms = 50): NonNullable<SendingOptions["send"]> {
  return async () => {
    await sleep(ms);
    return { response: "a", usage: { prompt_tokens: 5, completion_tokens: tokens } };
  };
}

describe("a run with a maximum cost", () => {
  const settings = { prices, maxCost: 0.35, send: answering(1) };
  const spent = [
    {
      target: costTarget,
      reason:
        "$0.30 of --max-cost 0.35 is spent, and the next call is expected to cost $0.10. " +
        "Its answer is expected to have 1 token, the average so far.",
    },
  ];

  it("sends no call that would pass it, and leaves the others for a person", async () => {
    const sending = await Sending.of(records(8), settings);
    const result = await send(sending.process(), sending.slice(8));
    expect(result).toMatchObject({ completed: 3, failed: 0, refusals: spent });
    expect(sending.calls).toHaveLength(3);
    expect(sending.logged("refused")).toMatchObject([{ target: costTarget }]);
  });

  it("is kept by two processes together", async () => {
    const sending = await Sending.of(records(12), { ...settings, send: answering(1, 300) });
    const results = await Promise.all(
      [0, 6].map(async (start) => {
        const slice = { ...sending.slice(6), ranges: [[start, start + 6] as const] };
        return send(sending.process(), slice);
      }),
    );
    expect(sending.calls).toHaveLength(3);
    expect(results.reduce((sum, { completed }) => sum + completed, 0)).toBe(3);
  });

  it("counts what an earlier process has spent, and goes on with a larger sum", async () => {
    const sending = await Sending.of(records(8), settings);
    await send(sending.process(), sending.slice(8));
    const process = sending.process();
    const restarted = await send(process, sending.slice(8));
    expect(restarted).toMatchObject({ completed: 3, refusals: spent });
    expect(countPositions(restarted.blocked)).toBe(5);
    await writeMaxCost(sending.run.directory, { maxCost: 0.5 });
    const resumed = await send(process, sending.slice(8, { resumes: 1 }));
    expect(resumed).toMatchObject({ completed: 5, failed: 0 });
    expect(countPositions(resumed.blocked)).toBe(3);
    expect(sending.calls).toHaveLength(5);
  });

  it("waits for answers as long as they may turn out cheaper than expected", async () => {
    // The first answer is expected to have 1,000 tokens, and has one. The sum pays 1,000.
    const sending = await Sending.of(unlimited(6), { ...settings, maxCost: 100 });
    const result = await send(sending.process(), sending.slice(6));
    expect(result).toEqual({ ...completedAll, completed: 6 });
  });

  it("expects the average of the answers that other processes have got", async () => {
    const sending = await Sending.of(unlimited(6), { ...settings, maxCost: 100 });
    await send(sending.process(), sending.slice(3));
    const result = await send(sending.process(), sending.slice(6));
    expect(result).toMatchObject({ completed: 6, refusals: [] });
  });

  it("says that it assumes the length of the first answer", async () => {
    const sending = await Sending.of(unlimited(2), { ...settings, maxCost: 50 });
    const { refusals } = await send(sending.process(), sending.slice(2));
    expect(refusals).toMatchObject([
      { reason: expect.stringMatching(/\$100\.00\. No answer has come yet, so 1,000 tokens/) },
    ]);
    expect(sending.calls).toEqual([]);
  });

  it("waits with --on-blocked fail too, and no page sends more of it", async () => {
    const sending = await Sending.of(records(5), { ...settings, onBlocked: "fail" });
    const process = sending.process();
    const result = await send(process, sending.slice(5));
    expect(result).toMatchObject({ completed: 3, failed: 0 });
    expect(countPositions(result.blocked)).toBe(2);
    const wave = await leaseIn(attempt(1), process, sending.wave({ blocked: [costTarget] }));
    expect(wave).toMatchObject({ ranges: [], blocked: result.blocked, completed: 3, failed: 0 });
  });

  it("counts calls of the test API without a price as free", async () => {
    const sending = await Sending.of(records(5), { maxCost: 0.01, send: answering(1) });
    const result = await send(sending.process(), sending.slice(5));
    expect(result).toEqual({ ...completedAll, completed: 5 });
  });
});
