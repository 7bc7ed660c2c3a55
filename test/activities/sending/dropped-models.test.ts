import { expect, it } from "vitest";
import type { Activities, SendPromptsInput, SliceResult } from "../../../activities/contract.js";
import { dropModel } from "../../../src/storage/run/dropped-models.js";
import { recordLine } from "../../storage/run/prepared-run.js";
import { attempt, leaseIn, Sending } from "./sending.js";
import type { WorkerProcess } from "./sending.js";

const dropped = {
  type: "Dropped",
  message: "test/wrong was dropped with `ostinato cancel --model`.",
};

async function send({ activities }: WorkerProcess, slice: SendPromptsInput): Promise<SliceResult> {
  return attempt(1).run<[SendPromptsInput], SliceResult, Activities["sendPrompts"]>(
    activities.sendPrompts,
    slice,
  );
}

async function ofTwoModels(): Promise<Sending> {
  const models = ["good", "wrong", "good", "wrong"];
  const parameters = { raise_error: "no", latency_ms: 10 };
  return await Sending.of(
    models.map((model_name, id) => recordLine(id, { model_name, parameters })),
  );
}

it("a page gives no slots to the records of a dropped model: they fail", async () => {
  const sending = await ofTwoModels();
  await dropModel(sending.run.directory, "test/wrong");
  // It waited for a person before it was dropped.
  const wave = await leaseIn(
    attempt(1),
    sending.process(),
    sending.wave({ blocked: ["test/wrong"] }),
  );
  expect(wave).toMatchObject({ failed: 2, blocked: [], position: 4 });
  expect(wave.ranges).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(sending.logged("outcome")).toMatchObject([
    { position: 1, outcome: { status: "failed", attempts: 0, error: dropped } },
    { position: 3, outcome: { status: "failed", attempts: 0, error: dropped } },
  ]);
});

it("records that have slots already are not sent once their model is dropped", async () => {
  const sending = await ofTwoModels();
  await dropModel(sending.run.directory, "test/wrong");
  const result = await send(sending.process(), sending.slice(4));
  expect(result).toMatchObject({ completed: 2, failed: 2, refusals: [] });
  expect(sending.calls.map(({ record }) => record.model_name)).toEqual(["good", "good"]);
});
