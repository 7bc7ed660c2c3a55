import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Temporal's native code crashes when several threads of one process load it.
    pool: "forks",
    // They wait for more than they compute: on two cores, three at once are a third quicker than two.
    maxWorkers: 3,
    // Many tests kill processes and measure real time, which a busy machine may disturb once.
    retry: process.env["CI"] === "true" ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
