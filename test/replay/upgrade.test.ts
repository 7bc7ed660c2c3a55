import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { groupProgressQuery, pauseSignal, resumeSignal } from "../../workflows/messages.js";
import { startExperiment, startStage } from "../workflows/stage.js";
import { earlierWorkflows } from "./earlier-workflows.js";

/**
 * The worker of the version before ends in the middle of a page, and one of this version takes its
 * place, as after an update. Groups, pages and the limit go on in the histories that the other has
 * begun, and continue as new.
 */
test(
  "an experiment that the version before has started goes on, and sends no record twice",
  { timeout: 240_000 },
  async () => {
    const stage = await startStage({ workflows: earlierWorkflows() });
    try {
      const world = stage.world({
        groups: { all: 240 },
        requestsPerMinute: 900,
        answer: async () => sleep(1_500, "completed"),
      });
      const experiment = await startExperiment(stage, world);
      await expect.poll(() => world.sends.length, { timeout: 60_000 }).toBeGreaterThan(20);
      await stage.upgrade();
      expect(world.sends.length).toBeLessThan(240);
      const group = `experiment/${world.name}/${world.prepared().stamp}/group/all`;
      const state = async () =>
        (await stage.client.workflow.getHandle(group).query(groupProgressQuery)).state;
      await experiment.signal(pauseSignal);
      await expect.poll(state, { timeout: 30_000 }).toBe("paused");
      await experiment.signal(resumeSignal, {});
      expect(await experiment.result()).toMatchObject({
        status: "finished",
        records: 240,
        completed: 240,
        failed: 0,
      });
      expect(world.repeats()).toEqual([]);
    } finally {
      await stage.stop();
    }
  },
);
