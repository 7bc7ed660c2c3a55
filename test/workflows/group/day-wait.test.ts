import { expect, test, vi } from "vitest";
import { changeSignal, groupProgressQuery } from "../../../workflows/messages.js";
import { sharedStage } from "../shared-stage.js";
import { startGroup } from "../stage.js";

const stage = sharedStage();

test("a group that has used its calls of the day goes on at the reset by itself, over its continuing as new", async () => {
  // Long enough for a busy machine to change the group ten times before the reset.
  const world = stage.world({ groups: { all: 30 }, day: { calls: 10, waitMs: 30_000 } });
  const group = await startGroup(stage, world);
  const progress = async (): Promise<unknown> => group.query(groupProgressQuery);
  await vi.waitFor(
    async () => {
      expect(await progress()).toMatchObject({ state: "waiting", completed: 10, open: 0 });
    },
    { timeout: 30_000, interval: 100 },
  );
  for (let inFlight = 1; inFlight <= 10; inFlight += 1) {
    await group.signal(changeSignal, { inFlight });
    // Asked between two, so that they come in workflow tasks of their own and the history grows.
    expect(await progress()).toMatchObject({ inFlight, waitsUntilMs: world.resetAtMs });
  }
  const { runId } = await stage.client.workflow.getHandle(group.workflowId).describe();
  expect(runId).not.toBe(group.firstExecutionRunId);
  expect(world.sends).toHaveLength(10);

  expect(await group.result()).toEqual({ cancelled: false });
  const positions = world.sends.map(({ position }) => position);
  expect(positions.toSorted((a, b) => a - b)).toEqual([...Array(30).keys()]);
  const later = world.sends.slice(10).map(({ atMs }) => atMs);
  expect(Math.min(...later)).toBeGreaterThanOrEqual(world.resetAtMs!);
});
