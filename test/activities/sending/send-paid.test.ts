import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Spending } from "../../../src/domain/money/spending.js";
import { openRunFiles } from "../../../src/client/status/run-files.js";
import { findResult } from "../../../src/storage/run/run-result.js";
import { runPaths } from "../../../src/storage/run/run-folder.js";
import { recordLine } from "../../storage/run/prepared-run.js";
import { attempt, failureOf, Sending } from "./sending.js";

const prices = { test: { "*": { input: 2, cachedInput: 0.5, output: 10 } } };
const usage = {
  prompt_tokens: 1_000,
  completion_tokens: 100,
  prompt_tokens_details: { cached_tokens: 400 },
};
/** 600×2 + 400×0.5 + 100×10 millionths of a dollar. */
const costOfCall = 0.0024;

async function spendingOf(sending: Sending): Promise<Spending | undefined> {
  const files = await openRunFiles(sending.run.directory);
  return (await files?.snapshot())?.spending?.get("all");
}

function linesOf(sending: Sending): { readonly cost?: number }[] {
  const text = readFileSync(runPaths(sending.run.directory).completed, "utf8").trim();
  return text.split("\n").map((line) => JSON.parse(line) as { readonly cost?: number });
}

test("each call costs what its tokens cost, in the line, in the sums and in the result", async () => {
  const sending = await Sending.of(
    [recordLine(0), recordLine(1), recordLine(2, { prompt: ["One", "Two"] })],
    {
      prices,
      // The second record's API tells no tokens, so its price is unknown.
      send: async ({ record }) => (record.id === 1 ? { response: "a" } : { response: "a", usage }),
    },
  );
  const { activities } = sending.process();
  await attempt(1).run(activities.sendPrompts, sending.slice(3));
  const spending = {
    cost: 0.0072,
    unknownCalls: 1,
    saved: 0,
    tokens: { input: 3_000, cachedInput: 1_200, cacheWrite: 0, output: 300, reasoning: 0 },
  };
  expect(await spendingOf(sending)).toEqual(spending);
  const { directory } = sending.run;
  await attempt(1).run(activities.finishExperiment, { directory, cancelled: [] });
  expect((await findResult(directory))?.spending).toEqual(spending);
  expect(linesOf(sending).map(({ cost }) => cost)).toEqual([costOfCall, undefined, 0.0048]);
});

test("a chat that another process goes on with costs each turn once", async () => {
  let sent = 0;
  const sending = await Sending.of([recordLine(0, { prompt: ["One", "Two"] })], {
    prices,
    send: async () => {
      sent += 1;
      if (sent === 2) throw new Error("the wire was cut");
      return { response: "a", usage };
    },
  });
  await failureOf(attempt(1).run(sending.process().activities.sendPrompts, sending.slice(1)));
  expect(await spendingOf(sending)).toMatchObject({ cost: costOfCall });
  await attempt(2).run(sending.process().activities.sendPrompts, sending.slice(1));
  expect(await spendingOf(sending)).toMatchObject({ cost: 0.0048, unknownCalls: 0 });
  expect(sending.logged("outcome")[0]?.outcome).toMatchObject({ cost: 0.0048 });
});

test("a chat that fails costs the turns that were answered", async () => {
  let sent = 0;
  const sending = await Sending.of([recordLine(0, { prompt: ["One", "Two"] })], {
    prices,
    maxAttempts: 1,
    send: async () => {
      sent += 1;
      if (sent === 2) throw new Error("the wire was cut");
      return { response: "a", usage };
    },
  });
  await attempt(1).run(sending.process().activities.sendPrompts, sending.slice(1));
  expect(sending.logged("outcome")[0]?.outcome).toMatchObject({
    status: "failed",
    cost: costOfCall,
  });
});

test("the test API costs nothing, and its lines say nothing of it", async () => {
  const sending = await Sending.of([recordLine(0, { parameters: { latency_ms: 0, usage } })]);
  await attempt(1).run(sending.process().activities.sendPrompts, sending.slice(1));
  expect(sending.logged("outcome")[0]).not.toHaveProperty("spend");
  expect(await spendingOf(sending)).toMatchObject({ cost: 0, unknownCalls: 0 });
});
