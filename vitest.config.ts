import { defineConfig } from "vitest/config";
import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/**
 * Tests without global state: no server, no worker, no variables of the process. Those of the
 * adapters' contract are not among them: they measure their process's sockets, memory and pace.
 */
const pure = [
  ...["activities", "cli/output", "domain", "evaluation", "executors", "flow", "pipeline"],
  ...["providers/!(contract)", "report", "settings", "storage"],
].map((folder) => `test/${folder}/**/*.test.ts`);

/**
 * Tests with servers, workers and commands in processes of their own. They change nothing in the
 * process that they share, and load the same large modules.
 */
const served = ["cli/commands", "client", "crash", "limits", "workflows"].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

/** Long files first, so that short ones fill the end. Those of a project share processes. */
const projectsInOrder = ["served", "alone", "pure"];

export default defineConfig({
  test: {
    // Temporal's native code crashes when several threads of one process load it.
    pool: "forks",
    // They wait for more than they compute: on two cores, three at once are a third quicker than
    // two.
    maxWorkers: 3,
    // Many tests kill processes and measure real time, which a busy machine may disturb once.
    retry: process.env["CI"] === "true" ? 1 : 0,
    // A busy machine takes several times as long as a quiet one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A busy machine reaches a state later. By default, `expect.poll` waits for 1 s.
    expect: { poll: { timeout: 30_000 } },
    sequence: {
      sequencer: class extends BaseSequencer {
        override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
          const sorted = await super.sort(files);
          return projectsInOrder.flatMap((name) =>
            sorted.filter(({ project }) => project.name === name),
          );
        }
      },
    },
    projects: [
      {
        extends: true,
        test: { name: "alone", include: ["test/**/*.test.ts"], exclude: [...pure, ...served] },
      },
      // Modules are loaded once a process, not once a file.
      { extends: true, test: { name: "served", include: served, isolate: false } },
      { extends: true, test: { name: "pure", include: pure, isolate: false } },
    ],
  },
});
