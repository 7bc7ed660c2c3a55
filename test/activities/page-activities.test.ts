import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { attempt, Sending, slow } from "./sending/sending.js";
import type { WorkerProcess } from "./sending/sending.js";

/** A prepared run of three records, in a folder that is then deleted. */
async function deletedRun(): Promise<Sending> {
  const sending = await Sending.of([0, 1, 2].map((id) => slow(id, 0)));
  await rm(dirname(sending.run.directory), { recursive: true });
  return sending;
}

/** Asks once, because only later answers know what the server has told about the group. */
async function askOnce({ activities }: WorkerProcess, sending: Sending): Promise<void> {
  await expect(attempt(1).run(activities.leaseSlots, sending.wave())).rejects.toThrow(
    "The run's folder",
  );
}

test("the page of a deleted run whose group has ended leases and sends nothing more", async () => {
  const sending = await deletedRun();
  const process = sending.process({ findEnded: async (ids) => ids });
  await askOnce(process, sending);
  const { activities } = process;
  const wave = await attempt(2).run(activities.leaseSlots, sending.wave());
  expect(wave).toMatchObject({ groupEnded: true, ranges: [], slots: [] });
  const nothing = {
    completed: 0,
    failed: 0,
    left: [[0, 2]],
    blocked: [],
    refusals: [],
    resumes: 0,
  };
  for (const send of [activities.sendPrompts, activities.runRows]) {
    expect(await attempt(2).run(send, sending.slice(2))).toEqual(nothing);
  }
  expect(sending.calls).toEqual([]);
});

test("the page of a running group waits for its folder, which may come back", async () => {
  const sending = await deletedRun();
  const process = sending.process();
  await askOnce(process, sending);
  const { activities } = process;
  await expect(attempt(2).run(activities.leaseSlots, sending.wave())).rejects.toThrow(
    "The run's folder",
  );
  await expect(attempt(2).run(activities.sendPrompts, sending.slice(2))).rejects.toThrow(
    "The run's folder",
  );
});
