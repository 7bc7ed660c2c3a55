import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Temporal's native code crashes when several threads of one process load it.
    pool: "forks",
    maxWorkers: 2,
    // Many tests kill processes and measure real time, which a busy machine may disturb once.
    retry: process.env["CI"] === "true" ? 1 : 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
